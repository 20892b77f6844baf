package dev.bookmarket.marketplace.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.ScriptedOrders;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.orders.OrderNotice;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.RandomId;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.client.Backend;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The decisions of the checkout, with real clients and scripted backends, without HTTP. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CheckoutDecisionsTest {
  private static final DeliveryForm FORM = new DeliveryForm("Ada", "123", "1 Main");

  private static ScriptedBackend catalogue;
  private static ScriptedOrders orders;
  private static Backend catalogueBackend;
  private static Backend ordersBackend;
  private static Checkout checkout;

  private final String visitor = RandomId.next();
  private final Basket basket = Basket.empty().plus(7, 2, new Money(700));

  @BeforeAll
  static void connect() {
    catalogue = ScriptedBackend.start();
    orders = ScriptedOrders.start();
    catalogueBackend = TestShop.connect(catalogue.port());
    ordersBackend = TestShop.connect(orders.port());
    checkout =
        new Checkout(
            new CatalogueClient(catalogueBackend.channel()),
            new OrdersClient(ordersBackend.channel()));
  }

  @AfterAll
  static void close() {
    ordersBackend.close();
    catalogueBackend.close();
    orders.close();
    catalogue.close();
  }

  @BeforeEach
  void reset() {
    catalogue.work();
    catalogue.restock();
    orders.reset();
  }

  @Test
  void places_the_order_that_the_form_showed() {
    var placed = placed(attempt(basket));

    assertThat(placed.notice()).isEqualTo(OrderNotice.PLACED);
    assertThat(placed.order().key()).isEqualTo(basket.key());
    assertThat(placed.order().quantities()).containsOnlyKeys(7).containsValue(2);
    assertThat(placed.order().total()).isEqualTo(new Money(1_400));
    assertThat(placed.order().delivery()).isEqualTo(FORM.delivery());
  }

  @Test
  void returns_the_stored_order_if_the_form_is_submitted_again_after_the_basket_was_emptied() {
    var first = placed(attempt(basket));

    var second = placed(attempt(basket, Basket.empty(), FORM));

    assertThat(second).isEqualTo(first);
    assertThat(orders.stored()).hasSize(1);
  }

  @Test
  void shows_the_errors_of_an_invalid_form() {
    var form = new DeliveryForm("", "12", "1 Main");

    var shown = shown(attempt(basket, basket, form));

    assertThat(shown.page().errors()).containsOnlyKeys("name", "phone");
    assertThat(shown.page().notices()).isEmpty();
    assertThat(shown.page().status()).isEqualTo(422);
    assertThat(shown.page().form()).isEqualTo(form);
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void does_not_order_a_basket_that_changed_since_the_form_was_shown() {
    var changed = basket.plus(8, 1, new Money(800));

    var shown = shown(attempt(basket, changed, FORM));

    assertNotices(shown, 409, CheckoutNotice.BASKET_CHANGED);
    assertThat(shown.page().basket().lines()).isEqualTo(changed.lines());
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void does_not_order_at_prices_that_changed_since_the_form_was_shown() {
    catalogue.sell(7, "Title 7", 950);

    var shown = shown(attempt(basket));

    assertNotices(shown, 409, CheckoutNotice.PRICES_CHANGED);
    assertThat(shown.page().total()).isEqualTo(new Money(1_900));
    assertThat(shown.changedBasket().orElseThrow().lines())
        .containsExactly(new BasketLine(7, 2, new Money(950)));
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void does_not_order_for_a_visitor_without_an_id() {
    assertNotices(shown(withoutVisitor(basket)), 409, CheckoutNotice.NEW_VISITOR);
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void warns_a_visitor_whose_id_is_lost_of_the_pending_order() {
    var shown = shown(withoutVisitor(basket.withPendingOrder()));

    assertNotices(shown, 409, CheckoutNotice.COOKIE_LOST);
    assertThat(shown.page().mentionsPendingOrder()).isFalse();
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void orders_neither_an_empty_basket_nor_an_unavailable_book() {
    var empty = Basket.empty();
    assertThat(place(attempt(empty))).isEqualTo(new Outcome.BasketNotOrderable());

    catalogue.withdraw(7);
    assertThat(place(attempt(basket))).isEqualTo(new Outcome.BasketNotOrderable());
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void shows_the_form_as_it_was_sent_if_the_catalogue_is_unavailable() {
    catalogue.failWith(Status.UNAVAILABLE);
    var old = attempt(basket, basket.plus(8, 1, new Money(800)), FORM);

    var shown = assertShown(checkout.place(old));

    assertNotices(shown, 503, CheckoutNotice.CATALOGUE_UNAVAILABLE);
    assertThat(shown.page().priced()).isEmpty();
    assertThat(shown.page().basket().lines()).isEqualTo(basket.lines());
    assertThat(shown.changedBasket()).isEmpty();
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void warns_of_the_pending_order_also_if_the_catalogue_is_unavailable() {
    catalogue.failWith(Status.UNAVAILABLE);

    var shown = assertShown(checkout.place(withoutVisitor(basket.withPendingOrder())));

    assertNotices(shown, 503, CheckoutNotice.CATALOGUE_UNAVAILABLE, CheckoutNotice.COOKIE_LOST);
  }

  @Test
  void marks_the_basket_if_an_order_was_sent_and_got_no_response() {
    orders.failPlacing(Status.UNAVAILABLE, true);

    var shown = shown(attempt(basket));

    assertNotices(shown, 503, CheckoutNotice.OUTCOME_UNKNOWN);
    assertThat(shown.changedBasket()).contains(basket.withPendingOrder());
  }

  @Test
  void finds_an_order_that_got_no_response_when_the_visitor_tries_again() {
    orders.failPlacing(Status.UNAVAILABLE, true);
    place(attempt(basket));
    orders.work();

    var placed = placed(attempt(basket.withPendingOrder()));

    assertThat(placed.notice()).isEqualTo(OrderNotice.PLACED);
    assertThat(orders.placeRequests()).hasSize(1);
  }

  @Test
  void shows_an_earlier_order_instead_of_ordering_other_content_with_its_key() {
    placed(attempt(basket));
    var reduced = basket.withQuantity(7, 1);
    var extended = basket.plus(8, 1, new Money(800));

    assertThat(placed(attempt(reduced)).notice()).isEqualTo(OrderNotice.ALREADY_PLACED);
    assertThat(placed(attempt(extended)).notice()).isEqualTo(OrderNotice.ALREADY_PLACED_IN_PART);
    assertThat(orders.stored()).hasSize(1);
  }

  @Test
  void leaves_the_outcome_unknown_if_an_earlier_order_cannot_be_read() {
    placed(attempt(basket));
    orders.failReading(Status.INTERNAL);

    assertNotices(shown(attempt(basket.withQuantity(7, 1))), 503, CheckoutNotice.OUTCOME_UNKNOWN);
  }

  @Test
  void leaves_the_outcome_unknown_if_a_pending_order_cannot_be_looked_up() {
    orders.failReading(Status.UNAVAILABLE);

    var shown = shown(attempt(basket.withPendingOrder()));

    assertNotices(shown, 503, CheckoutNotice.OUTCOME_UNKNOWN);
    assertThat(shown.changedBasket()).isEmpty();
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void is_unavailable_if_the_order_of_an_earlier_basket_cannot_be_looked_up() {
    orders.failReading(Status.UNAVAILABLE);
    var next = Basket.empty().plus(8, 1, new Money(800));

    assertThatThrownBy(() -> place(attempt(basket, next, FORM)))
        .isInstanceOf(LocalizedException.class)
        .hasMessage("error.orders.nothing-sent");
    assertThat(orders.placeRequests()).isEmpty();
  }

  @Test
  void reports_that_nothing_was_ordered_if_the_orders_service_cannot_be_reached() {
    try (var closed = closedBackend()) {
      var offline =
          new Checkout(
              new CatalogueClient(catalogueBackend.channel()), new OrdersClient(closed.channel()));

      var shown = assertShown(placeWith(offline, attempt(basket)));

      assertNotices(shown, 503, CheckoutNotice.NOT_PLACED);
      assertThat(shown.changedBasket()).isEmpty();
      assertNotices(
          assertShown(placeWith(offline, attempt(basket.withPendingOrder()))),
          503,
          CheckoutNotice.OUTCOME_UNKNOWN);
    }
  }

  @Test
  void passes_on_a_rejection_by_the_orders_service() {
    orders.failPlacing(Status.INVALID_ARGUMENT.withDescription("too heavy"), false);

    assertThatThrownBy(() -> place(attempt(basket)))
        .isInstanceOf(RejectedRequestException.class)
        .hasMessage("too heavy");
  }

  @Test
  void calls_no_backend_if_there_are_too_many_attempts() {
    int before = catalogue.calls();

    var shown = assertShown(checkout.reject(attempt(basket)));

    assertNotices(shown, 503, CheckoutNotice.NOT_PLACED);
    assertThat(shown.page().basket().lines()).isEqualTo(basket.lines());
    assertThat(shown.page().form()).isEqualTo(FORM);
    assertThat(catalogue.calls()).isEqualTo(before);
  }

  @Test
  void does_not_deny_an_earlier_order_if_there_are_too_many_attempts() {
    var pending = basket.withPendingOrder();

    assertNotices(
        assertShown(checkout.reject(attempt(pending))), 503, CheckoutNotice.OUTCOME_UNKNOWN);
    assertNotices(
        assertShown(checkout.reject(attempt(basket, Basket.empty(), FORM))),
        503,
        CheckoutNotice.OUTCOME_UNKNOWN);
    assertNotices(
        assertShown(checkout.reject(withoutVisitor(pending))),
        503,
        CheckoutNotice.NOT_PLACED,
        CheckoutNotice.COOKIE_LOST);
  }

  /** A submission of the form that shows the visitor's current basket. */
  private CheckoutAttempt attempt(Basket current) {
    return attempt(current, current, FORM);
  }

  private CheckoutAttempt attempt(Basket shown, Basket current, DeliveryForm form) {
    return new CheckoutAttempt(Optional.of(visitor), current, shown.key(), shown.lines(), form);
  }

  private static CheckoutAttempt withoutVisitor(Basket current) {
    return new CheckoutAttempt(Optional.empty(), current, current.key(), current.lines(), FORM);
  }

  private static Outcome place(CheckoutAttempt attempt) {
    return placeWith(checkout, attempt);
  }

  /** Retries while a working catalogue misses its deadline, as it does on a busy machine. */
  private static Outcome placeWith(Checkout checkout, CheckoutAttempt attempt) {
    var outcome = checkout.place(attempt);
    for (int i = 0; i < 20 && lacksTheCatalogue(outcome); i++) {
      outcome = checkout.place(attempt);
    }
    return outcome;
  }

  private static boolean lacksTheCatalogue(Outcome outcome) {
    return outcome instanceof Outcome.ShowForm shown
        && shown.page().notices().contains(CheckoutNotice.CATALOGUE_UNAVAILABLE);
  }

  /** Retries like a visitor: on a busy machine, a working orders service may miss its deadline. */
  private static Outcome.Placed placed(CheckoutAttempt attempt) {
    var outcome = place(attempt);
    for (int i = 0; i < 20 && outcome instanceof Outcome.ShowForm; i++) {
      outcome = place(attempt);
    }
    assertThat(outcome).isInstanceOf(Outcome.Placed.class);
    return (Outcome.Placed) outcome;
  }

  private static Outcome.ShowForm shown(CheckoutAttempt attempt) {
    return assertShown(place(attempt));
  }

  private static Outcome.ShowForm assertShown(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.ShowForm.class);
    return (Outcome.ShowForm) outcome;
  }

  private static void assertNotices(Outcome.ShowForm shown, int status, CheckoutNotice... notices) {
    assertThat(shown.page().notices()).containsExactly(notices);
    assertThat(shown.page().status()).isEqualTo(status);
  }

  /** A backend at a port where nothing listens. */
  private static Backend closedBackend() {
    var closed = ScriptedOrders.start();
    closed.close();
    return TestShop.connect(closed.port());
  }
}
