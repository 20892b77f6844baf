package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.RandomId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A submission of the checkout's form.
 *
 * @param visitor the visitor's id, if the request had one
 * @param basket the visitor's current basket
 * @param key the idempotency key in the form
 * @param shown the lines that the form showed, with the prices that it showed
 * @param form the recipient and the address
 */
record CheckoutAttempt(
    Optional<String> visitor,
    Basket basket,
    String key,
    List<BasketLine> shown,
    DeliveryForm form) {
  /** Returns whether an earlier submission is pending whose visitor's id is lost. */
  boolean hasLostCookie() {
    return visitor.isEmpty() && basket.hasPendingOrder();
  }

  /** Returns whether an earlier submission with the form's key may have led to an order. */
  boolean mayBeOrdered() {
    return RandomId.isValid(key) && (basket.hasPendingOrder() || !isOfCurrentBasket());
  }

  /** Returns whether the form belongs to the current basket, whose content may have changed. */
  boolean isOfCurrentBasket() {
    return key.equals(basket.key());
  }

  /** Returns whether the form showed the books and quantities of the current basket. */
  boolean showedCurrentBasket() {
    return isOfCurrentBasket()
        && BasketLine.quantities(shown).equals(BasketLine.quantities(basket.lines()));
  }

  /** Returns the current basket with the prices that the form showed as the last seen ones. */
  Basket basketAtShownPrices() {
    return basket.withLastSeenPrices(
        shown.stream().collect(Collectors.toMap(BasketLine::bookId, BasketLine::lastSeenPrice)));
  }

  /** Returns whether the order has exactly the content of this submission. */
  boolean isFor(Order order) {
    return BasketLine.quantities(shown).equals(order.quantities())
        && BasketLine.total(shown).equals(order.total())
        && form.delivery().equals(order.delivery());
  }
}
