package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import java.util.concurrent.TimeUnit;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the checkout while the catalogue does not respond in time. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CheckoutWithoutCatalogueTest {
  private final TestShop shop = TestShop.start();
  private final Shopper shopper = shop.shopper();

  @BeforeEach
  void addTwoBooks() {
    shopper.add(7, 2);
    shopper.add(8, 1);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void keeps_the_entries_and_orders_nothing() {
    var page = submitWhileTheCatalogueHangs(shopper.get("/checkout").page());

    assertCatalogueUnavailable(page);
    assertThat(page.page().expectFirst("#name").val()).isEqualTo("Ada");
    assertThat(page.page().expectFirst("#phone").val()).isEqualTo("123");
    assertThat(page.page().expectFirst("#address").wholeText().replace("\r", ""))
        .isEqualTo("1 Main\nSpringfield");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");
    assertThat(page.page().select("[data-notice=pending_order]")).isEmpty();
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void the_form_can_be_submitted_again_without_changes() {
    var page = submitWhileTheCatalogueHangs(shopper.get("/checkout").page());

    var again = shopper.press(page.page(), ".deliver button");

    assertThat(again.header("Location")).isEqualTo("/orders/order1");
    assertThat(shop.orders().stored())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.getAddress()).isEqualTo("1 Main\nSpringfield");
              assertThat(order.getTotalCents()).isEqualTo(2_200);
            });
  }

  @Test
  void does_not_order_a_book_that_was_added_in_another_window() {
    var form = shopper.get("/checkout").page();
    shopper.add(9, 1);
    var page = submitWhileTheCatalogueHangs(form);
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");

    var again = shopper.press(page.page(), ".deliver button");

    assertShopsPage(again, 409);
    assertThat(again.page().select("[data-notice=basket_changed]")).hasSize(1);
    assertThat(again.page().select("#name").val()).isEqualTo("Ada");
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void escapes_a_forged_form_and_orders_nothing() {
    var form = shopper.get("/checkout").page();
    form.select("input[name=key]").val("\"><script>alert(1)</script>");
    form.select("input[name=shown]").val("<script>alert(1)</script>");

    var page = submitWhileTheCatalogueHangs(form);

    assertCatalogueUnavailable(page);
    assertThat(page.page().select("script")).isEmpty();
    assertShopsPage(shopper.press(page.page(), ".deliver button"), 409);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void mentions_a_pending_order() {
    shop.orders().hangPlacing();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().work();

    var page = submitWhileTheCatalogueHangs(unknown.page());

    assertCatalogueUnavailable(page);
    assertThat(page.page().select("[data-notice=pending_order]")).hasSize(1);
    assertThat(shopper.press(page.page(), ".deliver button").status()).isEqualTo(303);
    shop.orders().storePending();
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  void mentions_a_pending_order_that_cannot_be_looked_up() {
    shop.orders().storeWithoutResponse();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().hang();

    var page = submitWhileTheCatalogueHangs(unknown.page());

    assertCatalogueUnavailable(page);
    assertThat(page.page().select("[data-notice=pending_order]")).hasSize(1);
    shop.orders().work();
    assertThat(shopper.press(page.page(), ".deliver button").header("Location"))
        .isEqualTo("/orders/order1");
  }

  @Test
  void mentions_a_pending_order_if_the_visitor_s_cookie_is_lost() {
    shop.orders().storeWithoutResponse();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().work();
    shopper.setCookie("visitor", "");

    var page = submitWhileTheCatalogueHangs(unknown.page());

    assertCatalogueUnavailable(page);
    assertThat(page.page().select("[data-notice=cookie_lost]")).hasSize(1);
    assertThat(page.page().select("[data-notice=pending_order]")).isEmpty();
  }

  private RawHttp.Response submitWhileTheCatalogueHangs(Document form) {
    shop.catalogue().hang();
    shopper.setRetries(false);
    var page = order(form);
    shopper.setRetries(true);
    shop.catalogue().work();
    return page;
  }

  private RawHttp.Response order(Document form) {
    return shopper.press(
        form, ".deliver button", "name", "Ada", "phone", "123", "address", "1 Main\r\nSpringfield");
  }

  private static void assertCatalogueUnavailable(RawHttp.Response page) {
    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=catalogue_unavailable] h2").text())
        .isEqualTo("We could not load the catalogue");
    assertThat(page.page().select(".deliver button").text()).isEqualTo("Try again");
  }
}
