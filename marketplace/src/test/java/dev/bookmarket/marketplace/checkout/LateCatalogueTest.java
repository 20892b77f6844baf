package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.PagesTest.assertShopsPage;
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

/** Pressing the button that orders while the catalogue does not answer in time. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LateCatalogueTest {
  private final TestShop shop = TestShop.start();
  private final Shopper shopper = shop.shopper();

  @BeforeEach
  void aBasket() {
    shopper.add(7, 2);
    shopper.add(8, 1);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void keeps_what_was_typed_and_orders_nothing() {
    var page = orderWhileTheCatalogueHangs(shopper.get("/checkout").page());

    assertLate(page);
    assertThat(page.page().expectFirst("#name").val()).isEqualTo("Ada");
    assertThat(page.page().expectFirst("#phone").val()).isEqualTo("123");
    assertThat(page.page().expectFirst("#address").wholeText().replace("\r", ""))
        .isEqualTo("1 Main\nSpringfield");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");
    assertThat(page.page().select("[data-notice=unsettled]")).isEmpty();
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void the_button_tries_again_without_any_more_typing() {
    var page = orderWhileTheCatalogueHangs(shopper.get("/checkout").page());

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
  void the_button_does_not_order_what_another_window_put_in() {
    var form = shopper.get("/checkout").page();
    shopper.add(9, 1);
    var page = orderWhileTheCatalogueHangs(form);
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");

    var again = shopper.press(page.page(), ".deliver button");

    assertShopsPage(again, 409);
    assertThat(again.page().select("[data-notice=changed]")).hasSize(1);
    assertThat(again.page().select("#name").val()).isEqualTo("Ada");
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void a_forged_form_is_shown_as_text_and_orders_nothing() {
    var form = shopper.get("/checkout").page();
    form.select("input[name=key]").val("\"><script>alert(1)</script>");
    form.select("input[name=shown]").val("<script>alert(1)</script>");

    var page = orderWhileTheCatalogueHangs(form);

    assertLate(page);
    assertThat(page.page().select("script")).isEmpty();
    assertShopsPage(shopper.press(page.page(), ".deliver button"), 409);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void an_open_outcome_is_still_told() {
    shop.orders().hangPlacing();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().work();

    var page = orderWhileTheCatalogueHangs(unknown.page());

    assertLate(page);
    assertThat(page.page().select("[data-notice=unsettled]")).hasSize(1);
    assertThat(shopper.press(page.page(), ".deliver button").status()).isEqualTo(303);
    shop.orders().storePending();
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  void an_open_outcome_that_cannot_be_looked_up_is_still_told() {
    shop.orders().storeWithoutResponse();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().hang();

    var page = orderWhileTheCatalogueHangs(unknown.page());

    assertLate(page);
    assertThat(page.page().select("[data-notice=unsettled]")).hasSize(1);
    shop.orders().work();
    assertThat(shopper.press(page.page(), ".deliver button").header("Location"))
        .isEqualTo("/orders/order1");
  }

  @Test
  void a_forgotten_visitor_is_told_of_the_open_outcome_all_the_same() {
    shop.orders().storeWithoutResponse();
    var unknown = order(shopper.get("/checkout").page());
    shop.orders().work();
    shopper.setCookie("visitor", "");

    var page = orderWhileTheCatalogueHangs(unknown.page());

    assertLate(page);
    assertThat(page.page().select("[data-notice=forgotten]")).hasSize(1);
    assertThat(page.page().select("[data-notice=unsettled]")).isEmpty();
  }

  private RawHttp.Response orderWhileTheCatalogueHangs(Document form) {
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

  private static void assertLate(RawHttp.Response page) {
    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=shelves_late] h2").text())
        .isEqualTo("Our shelves are out of reach");
    assertThat(page.page().select(".deliver button").text()).isEqualTo("Try again");
  }
}
