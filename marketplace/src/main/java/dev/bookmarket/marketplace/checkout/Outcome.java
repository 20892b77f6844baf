package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderNotice;
import java.util.Optional;

/** The result of a {@link CheckoutAttempt}. */
sealed interface Outcome {
  /** The order is stored, by this attempt or by an earlier one; the notice says which. */
  record Placed(Order order, OrderNotice notice) implements Outcome {}

  /**
   * Nothing was ordered, or the result is unknown: the form is shown again.
   *
   * @param changedBasket the basket to store in the visitor's cookie, if it changed
   */
  record ShowForm(CheckoutPage page, Optional<Basket> changedBasket) implements Outcome {}

  /** The basket is empty or contains an unavailable book. */
  record BasketNotOrderable() implements Outcome {}
}
