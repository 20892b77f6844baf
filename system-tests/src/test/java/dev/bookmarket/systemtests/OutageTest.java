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

/** The shop while its backend is dead or hung, and right after. */
@Needs(Tool.SIGNALS)
class OutageTest {
  /** More than an outage lasts until it is logged, on a busy machine. */
  private static final Duration LOGGED = Duration.ofSeconds(30);

  private static TwoServices shop;
  private Outage outage = Outage.DEAD;

  @BeforeAll
  static void openShop() {
    shop = TwoServices.start();
  }

  @AfterAll
  static void closeShop() {
    if (shop != null) {
      shop.close();
    }
  }

  @AfterEach
  void end() {
    shop.end(outage);
    shop.awaitWhole();
  }

  @ParameterizedTest
  @EnumSource
  void the_home_page_is_served_without_what_is_missing(Outage outage) {
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
  void a_page_that_is_nothing_without_its_backend_says_when_to_come_again(
      Outage outage, String path) {
    begin(outage);

    var page = shop.visitor().get(path);

    assertThat(page.status()).isEqualTo(503);
    assertThat(page.header("Retry-After")).matches("[1-9][0-9]*");
    assertThat(page.page().select("h1").eachText()).hasSize(1);
    assertThat(page.page().select("header a[href=/]")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/books/1"})
  void a_dead_backend_costs_a_page_less_than_one_that_hangs(String path) {
    begin(Outage.HUNG);
    var hung = fastestOf(3, path);
    shop.end(Outage.HUNG);
    begin(Outage.DEAD);

    assertThat(fastestOf(10, path).multipliedBy(2)).isLessThan(hung);
  }

  /** Two deadlines of 250 ms one after the other would take twice as long as one. */
  @Test
  void a_page_waits_for_one_deadline_however_many_calls_it_makes() {
    begin(Outage.HUNG);

    assertThat(fastestOf(3, "/").multipliedBy(2))
        .isLessThan(fastestOf(3, "/books/1").multipliedBy(3));
  }

  @ParameterizedTest
  @EnumSource
  void the_process_stays_alive_and_ready(Outage outage) {
    begin(outage);

    assertThat(shop.visitor().get("/healthz").status()).isEqualTo(200);
    assertThat(shop.visitor().get("/readyz").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void everything_returns_with_the_backend(Outage outage) {
    begin(outage);
    assertDegraded(shop.visitor().get("/"));

    shop.end(outage);

    shop.awaitWhole();
    for (var path : new String[] {"/categories/mystery", "/books/1", "/search?q=falcon"}) {
      assertThat(shop.visitor().get(path).status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void one_line_tells_of_the_outage_and_one_of_its_end() {
    // A shop of its own: the line of another test's outage may come after that test.
    try (var shop = TwoServices.start()) {
      shop.begin(Outage.DEAD);
      Patience.within(LOGGED, () -> assertThat(shop.logOfBackend()).hasSize(1));
      assertDegraded(shop.visitor().get("/"));

      shop.end(Outage.DEAD);

      Patience.within(LOGGED, () -> assertThat(shop.logOfBackend()).hasSize(2));
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

  /**
   * A busy machine makes a page slower, never faster: the fastest shows what it has to wait for.
   */
  private static Duration fastestOf(int visits, String path) {
    return Stream.generate(() -> shop.visitor().get(path).took())
        .limit(visits)
        .min(Duration::compareTo)
        .orElseThrow();
  }
}
