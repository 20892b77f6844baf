package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertDegraded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.TwoServices.Outage;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the shop while its backend is dead or hung, and after its recovery. */
@Needs(Tool.SIGNALS)
class OutageTest {
  /** The maximum time until an outage is logged, on a busy machine. */
  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(30);

  private static TwoServices shop;
  private Outage outage = Outage.DEAD;

  @BeforeAll
  static void startShop() {
    shop = TwoServices.start();
  }

  @AfterAll
  static void stopShop() {
    if (shop != null) {
      shop.close();
    }
  }

  @AfterEach
  void endOutage() {
    shop.end(outage);
    shop.awaitWhole();
  }

  @ParameterizedTest
  @EnumSource
  void the_home_page_shows_notices_for_missing_content(Outage outage) {
    begin(outage);

    var home = shop.visitor().get("/");

    assertDegraded(home);
    assertThat(home.page().title()).isEqualTo("Online Books For You");
  }

  @ParameterizedTest
  @CsvSource({
    "DEAD, /categories/mystery",
    "DEAD, /books/1",
    "DEAD, /search?q=falcon",
    "HUNG, /categories/mystery",
    "HUNG, /books/1",
    "HUNG, /search?q=falcon"
  })
  void a_page_that_needs_its_backend_returns_503_with_retry_after(Outage outage, String path) {
    begin(outage);

    var page = shop.visitor().get(path);

    assertThat(page.status()).isEqualTo(503);
    assertThat(page.header("Retry-After")).matches("[1-9][0-9]*");
    assertThat(page.page().select("h1").eachText()).hasSize(1);
    assertThat(page.page().select("header a[href=/]")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/books/1"})
  void a_dead_backend_delays_a_page_less_than_a_hung_one(String path) {
    begin(Outage.HUNG);
    var hung = fastestOf(3, path);
    shop.end(Outage.HUNG);
    begin(Outage.DEAD);

    assertThat(fastestOf(10, path).multipliedBy(2)).isLessThan(hung);
  }

  /** Two sequential deadlines of 250 ms would take twice as long as one. */
  @Test
  void a_page_with_several_calls_waits_for_one_deadline() {
    begin(Outage.HUNG);

    assertThat(fastestOf(10, "/").multipliedBy(2))
        .isLessThan(fastestOf(10, "/books/1").multipliedBy(3));
  }

  @ParameterizedTest
  @EnumSource
  void the_marketplace_stays_alive_and_ready(Outage outage) {
    begin(outage);

    assertThat(shop.visitor().get("/healthz").status()).isEqualTo(200);
    assertThat(shop.visitor().get("/readyz").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void all_pages_recover_with_the_backend(Outage outage) {
    begin(outage);
    assertDegraded(shop.visitor().get("/"));

    shop.end(outage);

    shop.awaitWhole();
    for (var path : new String[] {"/categories/mystery", "/books/1", "/search?q=falcon"}) {
      Polling.within(
          TwoServices.RECOVERY,
          () -> assertThat(shop.visitor().get(path).status()).as(path).isEqualTo(200));
    }
  }

  @Test
  void logs_one_line_for_the_outage_and_one_for_its_end() {
    // Use a separate shop, because the log line of another test's outage can be late.
    try (var shop = TwoServices.start()) {
      shop.begin(Outage.DEAD);
      Polling.within(LOG_TIMEOUT, () -> assertThat(shop.logOfBackend()).hasSize(1));
      assertDegraded(shop.visitor().get("/"));

      shop.end(Outage.DEAD);

      Polling.within(LOG_TIMEOUT, () -> assertThat(shop.logOfBackend()).hasSize(2));
      assertThat(shop.logOfBackend())
          .satisfiesExactly(
              line -> assertThat(line).endsWith(" reason=it accepts no connection Backend lost"),
              line -> assertThat(line).endsWith(" Backend is back"));
      assertThat(shop.log()).noneMatch(line -> line.contains("Event of a library"));
    }
  }

  private void begin(Outage outage) {
    this.outage = outage;
    shop.begin(outage);
  }

  /** Returns the shortest duration: a busy machine makes a page slower, but never faster. */
  private static Duration fastestOf(int visits, String path) {
    return Stream.generate(() -> shop.visitor().get(path).took())
        .limit(visits)
        .min(Duration::compareTo)
        .orElseThrow();
  }
}
