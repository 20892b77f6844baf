package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.PagesTest.assertShopsPage;
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
 * The dangerous case: an order that may be stored, or may be stored yet, and was not answered.
 * Tests that wait for the deadline of an order do so at the same time, each with a shop of its own.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NoAnswerTest {
  private final TestShop shop = TestShop.start();
  private final Shopper shopper = shop.shopper();

  @BeforeEach
  void aBasket() {
    shopper.add(7, 2);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  @Execution(CONCURRENT)
  void a_hung_service_leaves_the_outcome_open_and_keeps_everything() {
    shop.orders().hang();

    var page = order(shopper.get("/checkout").page());

    assertOutcomeUnknown(page);
    assertThat(page.page().select("#name").val()).isEqualTo("Ada");
    assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket, 2 items");
    assertThat(shopper.get("/basket").page().select("[data-notice=unsettled]")).hasSize(1);
    assertThat(shopper.get("/checkout").page().select("[data-notice=unsettled]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Execution(CONCURRENT)
  void trying_again_yields_the_one_order_whether_the_first_was_stored_or_not(boolean stored) {
    var page = orderWithoutAnAnswer(stored);

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
  void an_answer_that_says_nothing_about_the_order_leaves_the_outcome_open(Status.Code code) {
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
  void adding_a_book_after_the_order_landed_tells_so_and_begins_a_new_basket() {
    orderWithoutAnAnswer(true);

    var page =
        shopper.follow(shopper.post("/basket", "change", "add", "book", "9", "quantity", "1"));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(page.page().select("h1").text()).contains("had gone through already");
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
  void changing_the_basket_after_the_order_landed_tells_so_and_empties_it(String change) {
    orderWithoutAnAnswer(true);

    var page =
        shopper.follow(shopper.post("/basket", "change", change, "book", "7", "quantity", "5"));

    assertThat(page.page().select("[data-notice=earlier]")).hasSize(1);
    assertThat(page.page().select(".line .each").text()).startsWith("2 ×");
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_lands_after_the_look_up_leads_to_no_second_one() {
    orderWithoutAnAnswer(false);
    shopper.add(9, 1);
    var form = shopper.get("/checkout").page();
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7");
    assertThat(shop.orders().stored()).hasSize(1);
    var basket = shopper.get("/basket").page();
    assertThat(basket.select(".line h2").eachText()).containsExactly("Title 9");
    assertThat(basket.select("[data-notice=unsettled]")).isEmpty();
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_lands_while_the_changed_one_is_placed_leads_to_no_second_one() {
    orderWithoutAnAnswer(false);
    shopper.add(9, 1);
    var form = shopper.get("/checkout").page();
    // As if the look-up had come too early: the cookie that knows of the open outcome got lost.
    shopper.setCookie("basket", shopper.cookie("basket").replace(".u.", ".o."));
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line h2").eachText())
        .containsExactly("Title 9");
  }

  @Test
  void what_an_order_has_is_not_bought_again_after_its_answer_was_lost_on_the_way() {
    orderWhoseAnswerIsLost();
    shopper.add(9, 1);

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7");
    order(shopper.get("/checkout").page());
    assertThat(shop.orders().stored()).hasSize(2);
    assertThat(shop.orders().stored().get(1).getLinesList())
        .extracting(OrderLine::getBookId)
        .containsExactly(9);
  }

  @Test
  void more_copies_of_an_ordered_book_are_what_is_left_in_the_basket() {
    orderWhoseAnswerIsLost();
    shopper.add(7, 3);

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line .quantity").eachAttr("value"))
        .containsExactly("3");
  }

  @Test
  void fewer_copies_of_an_ordered_book_leave_nothing_in_the_basket() {
    orderWhoseAnswerIsLost();
    shopper.post("/basket", "change", "set", "book", "7", "quantity", "1");

    var page = shopper.follow(order(shopper.get("/checkout").page()));

    assertThat(page.page().select("[data-notice=earlier]")).hasSize(1);
    assertThat(page.page().select(".line .each").text()).startsWith("2 ×");
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void the_changed_basket_may_win_and_the_first_order_never_lands_then() {
    orderWithoutAnAnswer(false);
    shopper.add(9, 1);

    var page = shopper.follow(order(shopper.get("/checkout").page()));
    shop.orders().storePending();

    assertThat(page.page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(page.page().select(".line")).hasSize(2);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void emptying_the_basket_and_beginning_anew_does_not_order_twice_either() {
    orderWithoutAnAnswer(false);
    shopper.post("/basket", "change", "remove", "book", "7");
    shopper.add(8, 1);
    var form = shopper.get("/checkout").page();
    shop.orders().storePending();

    var page = shopper.follow(order(form));

    assertThat(page.page().select("[data-notice=earlier_and_more]")).hasSize(1);
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".line h2").eachText())
        .containsExactly("Title 8");
  }

  @Test
  @Execution(CONCURRENT)
  void another_address_under_the_same_key_shows_what_went_through() {
    var page = orderWithoutAnAnswer(true);
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

    assertThat(confirmation.page().select("[data-notice=earlier]")).hasSize(1);
    assertThat(confirmation.page().select(".facts .address").text()).isEqualTo("1 Main");
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.get("/basket").page().select(".none")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void a_look_up_without_an_answer_leaves_the_basket_as_it_is_and_says_so() {
    orderWithoutAnAnswer(true);
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
  void trying_again_in_vain_leaves_the_outcome_open() {
    var page = orderWithoutAnAnswer(true);
    shop.orders().hang();

    var again = order(page.page());

    assertOutcomeUnknown(again);
    shop.orders().work();
    assertThat(order(again.page()).header("Location")).isEqualTo("/orders/order1");
  }

  @Test
  void an_old_form_whose_order_cannot_be_looked_up_does_not_offer_the_new_basket() {
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
  void a_forgotten_visitor_is_not_told_that_nothing_has_been_ordered() {
    var page = orderWithoutAnAnswer(true);
    shopper.setCookie("visitor", "");

    var again = order(page.page());

    assertShopsPage(again, 409);
    assertForgotten(again);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void a_forgotten_visitor_who_comes_to_the_checkout_is_not_told_that_ordering_again_is_safe() {
    orderWithoutAnAnswer(true);
    shopper.setCookie("visitor", "");

    var page = shopper.get("/checkout");

    assertShopsPage(page, 200);
    assertForgotten(page);
  }

  @Test
  @Execution(CONCURRENT)
  void a_form_of_an_open_outcome_that_shows_old_prices_does_not_claim_that_nothing_was_ordered() {
    var page = orderWithoutAnAnswer(false);
    shop.catalogue().sell(7, "Title 7", 950);

    var again = order(page.page());

    assertThat(again.page().select("[data-notice=repriced]").text())
        .doesNotContainIgnoringCase("nothing has been ordered");
    assertThat(again.page().select("[data-notice=unsettled]")).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void an_order_that_is_there_but_cannot_be_read_leaves_the_outcome_open() {
    orderWithoutAnAnswer(true);
    shopper.setCookie("basket", shopper.cookie("basket").replace(".u.", ".o."));
    shop.catalogue().sell(7, "Another title", 700);
    shop.orders().failReading(Status.UNAVAILABLE);

    assertOutcomeUnknown(order(shopper.get("/checkout").page()));
  }

  @Test
  @Execution(CONCURRENT)
  void a_price_that_changed_does_not_hide_that_the_order_landed() {
    var page = orderWithoutAnAnswer(true);
    shop.catalogue().sell(7, "Title 7", 950);

    var confirmation = shopper.follow(order(page.page()));

    assertThat(confirmation.page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(confirmation.page().select(".total .price").text()).isEqualTo("$14.00");
  }

  @Test
  void a_dead_service_has_surely_stored_nothing_and_the_page_says_so() {
    var form = shopper.get("/checkout").page();
    shop.stopOrders();

    var page = orderOnceItIsKnownDead(form);

    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=not_placed]").text())
        .contains("Nothing has been ordered");
    assertThat(page.page().select("#name").val()).isEqualTo("Ada");
    assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket, 2 items");
    shop.restartOrders();
    Eventually.soon("ordered", () -> order(page.page()).status() == 303);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  void what_was_sent_before_the_service_died_may_still_be_there() {
    var page = orderWithoutAnAnswer(true);
    shop.stopOrders();

    assertOutcomeUnknown(order(page.page()));
  }

  @Test
  void without_the_orders_service_everything_else_goes_on() {
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
      assertThat(page.page().text()).contains("order book").doesNotContain("catalogue");
    }
  }

  /** Until its channel knows, a call may be sent on a connection that is just being closed. */
  private RawHttp.Response orderOnceItIsKnownDead(Document form) {
    Eventually.soon("known dead", () -> shopper.get("/orders").status() == 503);
    return order(form);
  }

  /** Orders, but the shop's answer never reaches the browser, whose cookies stay as they were. */
  private void orderWhoseAnswerIsLost() {
    var form = shopper.get("/checkout").page();
    assertThat(order(shopper.otherWindow(), form).status()).isEqualTo(303);
    assertThat(shop.orders().stored()).hasSize(1);
  }

  /** Orders at a moment when the service does not answer, but works again right after. */
  private RawHttp.Response orderWithoutAnAnswer(boolean stored) {
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

  private static void assertForgotten(RawHttp.Response page) {
    assertThat(page.page().select("[data-notice=forgotten]").text())
        .contains("may have gone through")
        .doesNotContainIgnoringCase("nothing has been ordered");
    assertThat(page.page().select("[data-notice=unsettled]")).isEmpty();
    assertThat(page.page().select("#name")).hasSize(1);
  }

  private static void assertOutcomeUnknown(RawHttp.Response page) {
    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().select("[data-notice=outcome_unknown]").text())
        .contains("do not know yet whether your order went through");
  }
}
