package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.OpenMetrics;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metrics of the shop: what its pages show, and its caches. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MetricsTest {
  private static final String DEGRADED = "bookmarket_pages_degraded_total";
  private static final String SUGGESTIONS = "bookmarket_suggestions_shown_total";
  private static final String UNKNOWN_OUTCOMES = "bookmarket_orders_unknown_outcomes_total";
  private static final String CACHE = "bookmarket_fragment_cache_requests_total";

  private static final TestTelemetry telemetry = TestTelemetry.begin();
  @RegisterExtension private static final TestShop shop = TestShop.start();

  @BeforeAll
  static void warm_up_is_not_counted() {
    assertThat(telemetry.metrics().samples(SUGGESTIONS)).hasSize(1);
    assertThat(value(SUGGESTIONS, Map.of())).isZero();
    assertThat(telemetry.histogram("http.server.request.duration")).isEmpty();
    assertThat(telemetry.histogram("rpc.client.call.duration")).isEmpty();
    assertThat(telemetry.metrics().samples("bookmarket_rpc_client_attempts_total")).isEmpty();
  }

  @AfterAll
  static void stop() {
    telemetry.close();
  }

  /** A page whose calls were in time, and the metrics before it. */
  private record Visit(OpenMetrics before, RawHttp.Response home) {}

  private static Visit visitHome() {
    while (true) {
      var visit = new Visit(telemetry.metrics(), RawHttp.get(shop.port(), "/"));
      if (!visit.home.missedADeadline()) {
        return visit;
      }
    }
  }

  @Test
  void counts_the_suggestions_of_a_complete_home_page() {
    var visit = visitHome();
    var before = visit.before;

    assertThat(visit.home.page().select(".suggestions > li")).hasSize(3);
    assertThat(value(SUGGESTIONS, Map.of()) - before.value(SUGGESTIONS, Map.of())).isEqualTo(3);
    assertThat(telemetry.metrics().samples(DEGRADED)).isEqualTo(before.samples(DEGRADED));
  }

  @Test
  void counts_a_degraded_page_once_by_all_that_is_missing() {
    var shopper = shop.shopper();
    shopper.post("/name", "name", "Ada");
    shopper.setRetries(false);
    shop.catalogue().failWith(Status.UNAVAILABLE);
    shop.greeter().failWith(Status.UNAVAILABLE);
    var labels = Map.of("http_route", "/", "bookmarket_missing", "suggestions,categories,greeting");
    var before = value(DEGRADED, labels);
    var suggestions = value(SUGGESTIONS, Map.of());

    assertThat(shopper.get("/").status()).isEqualTo(200);

    assertThat(value(DEGRADED, labels) - before).isEqualTo(1);
    assertThat(value(SUGGESTIONS, Map.of())).isEqualTo(suggestions);
  }

  @Test
  void counts_books_pages_without_similar_books_by_their_route() {
    shop.catalogue().failSimilarWith(Status.UNAVAILABLE);
    var labels = Map.of("http_route", "/books/{id}", "bookmarket_missing", "similar");
    var shopper = shop.shopper();
    shopper.setRetries(false);

    for (var path : List.of("/books/1", "/books/2")) {
      double before;
      RawHttp.Response book;
      do {
        before = value(DEGRADED, labels);
        book = shopper.get(path);
      } while (book.status() == 503); // a busy machine can miss a deadline
      assertThat(book.status()).isEqualTo(200);
      assertThat(value(DEGRADED, labels) - before).as(path).isEqualTo(1);
    }
  }

  @Test
  void counts_orders_with_an_unknown_outcome() {
    var shopper = shop.shopper();
    shopper.add(7, 2);
    var before = value(UNKNOWN_OUTCOMES, Map.of());
    shop.orders().failPlacing(Status.INTERNAL, true);

    var form = shopper.get("/checkout").page();
    var page =
        shopper.press(form, ".deliver button", "name", "Ada", "phone", "12990", "address", "Here");

    assertThat(page.status()).isEqualTo(503);
    assertThat(value(UNKNOWN_OUTCOMES, Map.of()) - before).isEqualTo(1);
  }

  @Test
  void counts_the_lookups_in_the_caches() {
    shop.shopper().get("/");
    var hit = Map.of("bookmarket_cache", "fragments", "result", "hit");
    var miss = Map.of("bookmarket_cache", "fragments", "result", "miss");

    var before = visitHome().before;

    assertThat(value(CACHE, hit)).isGreaterThan(before.value(CACHE, hit));
    assertThat(value(CACHE, miss)).isEqualTo(before.value(CACHE, miss));
    assertThat(value("bookmarket_fragment_cache_bytes", Map.of("bookmarket_cache", "fragments")))
        .isGreaterThan(1_000);
  }

  @Test
  void counts_each_drawn_cover_as_a_miss_and_then_as_hits() {
    var shopper = shop.shopper();
    var cover = shopper.get("/books/7").page().select("img[src^=/covers/]").attr("src");
    var hit = Map.of("bookmarket_cache", "covers", "result", "hit");
    shopper.get(cover);
    var hits = value(CACHE, hit);

    assertThat(shopper.get(cover).status()).isEqualTo(200);

    assertThat(value(CACHE, hit) - hits).isEqualTo(1);
    assertThat(value("bookmarket_fragment_cache_bytes", Map.of("bookmarket_cache", "covers")))
        .isPositive();
  }

  private static double value(String name, Map<String, String> labels) {
    return telemetry.metrics().value(name, labels);
  }
}
