package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The submission of the checkout's form when the threads for it are busy. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PlaceOrderHandlerTest {
  @Test
  void responds_at_once_if_too_many_submissions_are_waiting() {
    assertNotPlaced(
        submitWith(
            task -> {
              throw new RejectedExecutionException();
            }));
  }

  @Test
  void rejects_a_submission_that_waited_for_a_thread_for_more_than_two_seconds() {
    assertNotPlaced(submitWith(CompletableFuture.delayedExecutor(2_100, TimeUnit.MILLISECONDS)));
  }

  private static void assertNotPlaced(RawHttp.Response page) {
    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice]").eachAttr("data-notice"))
        .containsExactly("not_placed");
    assertThat(page.page().select("#name").val()).isEqualTo("Ada");
    assertThat(page.page().select("input[name=key]").val()).isEqualTo("abcdefghijklmnopqrst_-");
    assertThat(page.page().select("input[name=shown]").val()).isEqualTo("7-2-700");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$14.00");
  }

  /** Submits a form to a handler whose backends are not there. */
  private static RawHttp.Response submitWith(Executor executor) {
    try (var backend = TestShop.connect(1)) {
      var checkout =
          new Checkout(new CatalogueClient(backend.channel()), new OrdersClient(backend.channel()));
      var handler = new PlaceOrderHandler(checkout, new Templates(ctx -> 0, ""), executor);
      try (var server =
          new WebServer(
              ListenAddress.anyFreePort(),
              Duration.ZERO,
              List.of(),
              0,
              new Templates(ctx -> 0, ""),
              routes -> routes.post("/checkout", handler),
              () -> {})) {
        return submit(new Shopper(server.port()));
      }
    }
  }

  private static RawHttp.Response submit(Shopper shopper) {
    var key = "abcdefghijklmnopqrst_-";
    shopper.setRetries(false);
    shopper.setCookie("basket", "1." + key + ".o.7-2-700.");
    return shopper.post(
        "/checkout", "key", key, "shown", "7-2-700", "name", "Ada", "phone", "123", "address", "x");
  }
}
