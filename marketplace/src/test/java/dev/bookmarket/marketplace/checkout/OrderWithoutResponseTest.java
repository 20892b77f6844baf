package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.runtime.Eventually;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests orders without a response: they may be stored already, or may be stored later. Tests that
 * wait for the deadline of an order run concurrently, each with its own shop.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrderWithoutResponseTest {
  private final TestShop shop = TestShop.start();
  private final Shopper shopper = shop.shopper();

  @BeforeEach
  void addABook() {
    shopper.add(7, 2);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  @Execution(CONCURRENT)
  void a_hung_service_leaves_the_outcome_unknown_and_keeps_the_entries() {
    shop.orders().hang();

    var page = order(shopper.get("/checkout").page());

    assertOutcomeUnknown(page);
    assertThat(page.page().select("#name").val()).isEqualTo("Ada");
    assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket, 2 items");
    assertThat(shopper.get("/basket").page().select("[data-notice=pending_order]")).hasSize(1);
    assertThat(shopper.get("/checkout").page().select("[data-notice=pending_order]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Execution(CONCURRENT)
  void a_retry_leads_to_one_order_whether_the_first_was_stored_or_not(boolean stored) {
    var page = orderWithoutAResponse(stored);

    var again = order(page.page());

    assertThat(shopper.follow(again).page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(shop.orders().stored()).hasSize(1);
    shop.orders().storePending();
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "INTERNAL", "UNKNOWN", "RESOURCE_EXHAUSTED", "ABORTED"})
  void an_inconclusive_status_leaves_the_outcome_unknown(Status.Code code) {
    shop.orders().failPlacing(code.toStatus().withDescription("secret"), true);

    var page = order(shopper.get("/checkout").page());

    assertOutcomeUnknown(page);
    assertThat(page.body()).doesNotContain("secret");
    shop.orders().work();
    assertThat(order(page.page()).header("Location")).isEqualTo("/orders/order1");
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_the_service_rejected_because_of_overload_is_not_uncertain() {
    shop.orders().rejectPlacing();

    var page = order(shopper.get("/checkout").page());

    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice]").eachAttr("data-notice"))
        .containsExactly("not_placed");
    assertThat(shop.orders().placeRequests()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".notice")).isEmpty();
    // Neither the next attempt nor a change of the basket looks for a stored order.
    shop.orders().failReading(Status.UNAVAILABLE);
    shopper.post("/basket", "change", "set", "book", "7", "quantity", "1");
    shop.orders().rejectPlacing();
    assertThat(order(page.page()).status()).isEqualTo(409);
    shop.orders().work();
    assertThat(order(shopper.get("/checkout").page()).header("Location"))
        .isEqualTo("/orders/order1");
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void adding_a_book_after_the_order_was_stored_shows_the_order_and_starts_a_new_basket() {
    orderWithoutAResponse(true);

    var page =
        shopper.follow(shopper.post("/basket", "change", "add", "book", "9", "quantity", "1"));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(page.page().select("h1").text()).contains("was already placed");
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7");
    var basket = shopper.get("/basket").page();
    assertThat(basket.select(".line h2").eachText()).containsExactly("Title 9");
    assertThat(basket.select(".notice")).isEmpty();
    order(shopper.get("/checkout").page());
    assertThat(shop.orders().stored()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "remove"})
  @Execution(CONCURRENT)
  void changing_the_basket_after_the_order_was_stored_shows_the_order_and_empties_the_basket(
      String change) {
    orderWithoutAResponse(true);

    var page =
        shopper.follow(shopper.post("/basket", "change", change, "book", "7", "quantity", "5"));

    assertThat(page.page().select("[data-notice=already_placed]")).hasSize(1);
    assertThat(page.page().select(".line .each").text()).startsWith("2 ×");
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_is_stored_after_the_lookup_is_not_ordered_twice() {
    orderWithoutAResponse(false);
    shopper.add(9, 1);
    var form = shopper.get("/checkout").page();
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7");
    assertThat(shop.orders().stored()).hasSize(1);
    var basket = shopper.get("/basket").page();
    assertThat(basket.select(".line h2").eachText()).containsExactly("Title 9");
    assertThat(basket.select("[data-notice=pending_order]")).isEmpty();
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_is_stored_while_a_changed_one_is_placed_is_not_ordered_twice() {
    orderWithoutAResponse(false);
    shopper.add(9, 1);
    var form = shopper.get("/checkout").page();
    // Remove the mark for a pending order, as if the order was stored after the lookup.
    shopper.setCookie("basket", shopper.cookie("basket").replace(".u.", ".o."));
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line h2").eachText())
        .containsExactly("Title 9");
  }

  @Test
  void does_not_order_the_same_books_again_if_the_browser_got_no_response() {
    orderWithoutReceivingTheResponse();
    shopper.add(9, 1);

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7");
    order(shopper.get("/checkout").page());
    assertThat(shop.orders().stored()).hasSize(2);
    assertThat(shop.orders().stored().get(1).getLinesList())
        .extracting(OrderLine::getBookId)
        .containsExactly(9);
  }

  @Test
  void keeps_additional_copies_of_an_ordered_book_in_the_basket() {
    orderWithoutReceivingTheResponse();
    shopper.add(7, 3);

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line .quantity").eachAttr("value"))
        .containsExactly("3");
  }

  @Test
  void empties_the_basket_if_it_has_fewer_copies_than_the_order() {
    orderWithoutReceivingTheResponse();
    shopper.post("/basket", "change", "set", "book", "7", "quantity", "1");

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=already_placed]")).hasSize(1);
    assertThat(page.page().select(".line .each").text()).startsWith("2 ×");
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void stores_only_the_changed_basket_if_it_arrives_first() {
    orderWithoutAResponse(false);
    shopper.add(9, 1);

    var page = shopper.follow(order(shopper.get("/checkout").page()));
    shop.orders().storePending();

    assertThat(page.page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(page.page().select(".line")).hasSize(2);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void does_not_order_twice_if_the_basket_was_emptied_and_filled_again() {
    orderWithoutAResponse(false);
    shopper.post("/basket", "change", "remove", "book", "7");
    shopper.add(8, 1);
    var form = shopper.get("/checkout").page();
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=already_placed_in_part]")).hasSize(1);
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line h2").eachText())
        .containsExactly("Title 8");
  }

  @Test
  @Execution(CONCURRENT)
  void shows_the_stored_order_if_the_address_changed() {
    var page = orderWithoutAResponse(true);
    shopper.setCookie("basket", shopper.cookie("basket").replace(".u.", ".o."));

    var confirmation =
        shopper.follow(
            shopper.press(
                page.page(),
                ".deliver button",
                "name",
                "Ada",
                "phone",
                "123",
                "address",
                "2 Other Street"));

    assertThat(confirmation.page().select("[data-notice=already_placed]")).hasSize(1);
    assertThat(confirmation.page().select(".facts .address").text()).isEqualTo("1 Main");
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void a_failed_lookup_keeps_the_basket_unchanged() {
    orderWithoutAResponse(true);
    var before = shopper.cookie("basket");
    for (var change : new String[] {"add", "set", "remove"}) {
      shop.orders().hang();

      var page = shopper.post("/basket", "change", change, "book", "7", "quantity", "1");

      assertShopsPage(page, 503);
      assertThat(page.header("Retry-After")).isEqualTo("5");
      assertThat(page.page().text()).contains("your basket is unchanged");
      assertThat(shopper.cookie("basket")).isEqualTo(before);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void a_retry_without_a_response_leaves_the_outcome_unknown() {
    var page = orderWithoutAResponse(true);
    shop.orders().hang();

    var again = order(page.page());

    assertOutcomeUnknown(again);
    shop.orders().work();
    assertThat(order(again.page()).header("Location")).isEqualTo("/orders/order1");
  }

  @Test
  void does_not_show_the_new_basket_if_the_order_of_an_old_form_cannot_be_looked_up() {
    var form = shopper.get("/checkout").page();
    order(form);
    shopper.add(9, 1);
    var before = shopper.cookie("basket");
    shop.orders().hang();

    var page = order(form);

    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("form[action=/checkout]")).isEmpty();
    assertThat(page.page().text()).contains("nothing was sent now").contains("basket is unchanged");
    assertThat(shopper.cookie("basket")).isEqualTo(before);
    shop.orders().work();
    assertThat(order(form).header("Location")).isEqualTo("/orders/order1");
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void warns_of_the_pending_order_if_the_visitor_s_cookie_is_lost() {
    var page = orderWithoutAResponse(true);
    shopper.setCookie("visitor", "");

    var again = order(page.page());

    assertShopsPage(again, 409);
    assertWarnsOfLostCookie(again);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void the_checkout_warns_of_the_pending_order_if_the_visitor_s_cookie_is_lost() {
    orderWithoutAResponse(true);
    shopper.setCookie("visitor", "");

    var page = shopper.get("/checkout");

    assertShopsPage(page, 200);
    assertWarnsOfLostCookie(page);
  }

  @Test
  @Execution(CONCURRENT)
  void mentions_the_pending_order_if_prices_changed() {
    var page = orderWithoutAResponse(false);
    shop.catalogue().sell(7, "Title 7", 950);

    var again = order(page.page());

    assertThat(again.page().select("[data-notice=prices_changed]").text())
        .doesNotContainIgnoringCase("nothing has been ordered");
    assertThat(again.page().select("[data-notice=pending_order]")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void a_stored_order_that_cannot_be_read_leaves_the_outcome_unknown() {
    orderWithoutAResponse(true);
    shopper.setCookie("basket", shopper.cookie("basket").replace(".u.", ".o."));
    shop.catalogue().sell(7, "Another title", 700);
    shop.orders().failReading(Status.UNAVAILABLE);

    assertOutcomeUnknown(order(shopper.get("/checkout").page()));
  }

  @Test
  @Execution(CONCURRENT)
  void shows_the_stored_order_even_if_a_price_changed() {
    var page = orderWithoutAResponse(true);
    shop.catalogue().sell(7, "Title 7", 950);

    var confirmation = shopper.follow(order(page.page()));

    assertThat(confirmation.page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(confirmation.page().select(".total .price").text()).isEqualTo("$14.00");
  }

  @Test
  void a_stopped_service_stores_nothing_and_the_page_reports_it() {
    var form = shopper.get("/checkout").page();
    shop.stopOrders();

    var page = orderOnceKnownToBeStopped(form);

    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=not_placed]").text())
        .contains("we did not send this order");
    assertThat(page.page().select("#name").val()).isEqualTo("Ada");
    assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket, 2 items");
    shop.restartOrders();
    Eventually.soon("ordered", () -> order(page.page()).status() == 303);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_was_sent_before_the_service_stopped_may_be_stored() {
    var page = orderWithoutAResponse(true);
    shop.stopOrders();

    assertOutcomeUnknown(order(page.page()));
  }

  @Test
  void all_other_pages_work_without_the_orders_service() {
    shop.stopOrders();

    for (var path :
        new String[] {
          "/", "/books/7", "/categories/mystery", "/search?q=x", "/basket", "/checkout", "/readyz"
        }) {
      assertThat(shopper.get(path).status()).as(path).isEqualTo(200);
    }
    assertThat(shopper.get("/").page().select("[role=status]")).isEmpty();
    for (var path : new String[] {"/orders", "/orders/order1"}) {
      var page = shopper.get(path);
      assertShopsPage(page, 503);
      assertThat(page.header("Retry-After")).isEqualTo("5");
      assertThat(page.page().text())
          .contains("could not load the orders")
          .doesNotContain("catalogue");
    }
  }

  /** Waits for the channel to notice: a call on a closing connection may count as sent. */
  private RawHttp.Response orderOnceKnownToBeStopped(Document form) {
    Eventually.soon("known dead", () -> shopper.get("/orders").status() == 503);
    return order(form);
  }

  /** Orders, but the browser gets no response and keeps its cookies. */
  private void orderWithoutReceivingTheResponse() {
    var form = shopper.get("/checkout").page();
    assertThat(order(shopper.otherWindow(), form).status()).isEqualTo(303);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  /** Orders while the service does not respond; afterwards it works again. */
  private RawHttp.Response orderWithoutAResponse(boolean stored) {
    if (stored) {
      shop.orders().storeWithoutResponse();
    } else {
      shop.orders().hangPlacing();
    }
    var page = order(shopper.get("/checkout").page());
    assertOutcomeUnknown(page);
    shop.orders().work();
    return page;
  }

  private RawHttp.Response order(Document form) {
    return order(shopper, form);
  }

  private static RawHttp.Response order(Shopper who, Document form) {
    return who.press(form, ".deliver button", "name", "Ada", "phone", "123", "address", "1 Main");
  }

  private static void assertWarnsOfLostCookie(RawHttp.Response page) {
    assertThat(page.page().select("[data-notice=cookie_lost]").text())
        .contains("may have been placed")
        .doesNotContainIgnoringCase("nothing has been ordered");
    assertThat(page.page().select("[data-notice=pending_order]")).isEmpty();
    assertThat(page.page().select("#name")).hasSize(1);
  }

  private static void assertOutcomeUnknown(RawHttp.Response page) {
    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=outcome_unknown]").text())
        .contains("do not know yet whether your order was placed");
  }
}
