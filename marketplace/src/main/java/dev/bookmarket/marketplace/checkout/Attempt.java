package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.RandomId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One press of the button that orders.
 *
 * @param basket what the visitor has in the basket by now
 * @param key the key that the form wants to order under
 * @param shown what the form showed, and at which prices
 * @param typed whom and where to deliver to
 */
record Attempt(Basket basket, String key, List<BasketLine> shown, DeliveryForm typed) {
  /** Whether an order under the form's key may be there already, or on its way. */
  boolean mayBeAnOrder() {
    return RandomId.isOne(key) && (basket.unsettled() || !isOfThisBasket());
  }

  /** Whether the form showed what is in the basket now, prices apart. */
  boolean showedTheBasket() {
    return isOfThisBasket() && quantities(shown).equals(quantities(basket.lines()));
  }

  /** The basket of a visitor who has seen the form. */
  Basket seen() {
    return basket.seen(
        shown.stream().collect(Collectors.toMap(BasketLine::book, BasketLine::seen)));
  }

  /** Whether the order is exactly what was asked for in this attempt. */
  boolean askedFor(Order order) {
    return Basket.isAllOf(shown, order)
        && order.total().equals(BasketLine.totalOf(shown))
        && order.delivery().equals(typed.delivery());
  }

  /** Whether the form was of the basket that the visitor has by now. */
  boolean isOfThisBasket() {
    return key.equals(basket.key());
  }

  private static Map<Integer, Integer> quantities(List<BasketLine> lines) {
    return lines.stream().collect(Collectors.toMap(BasketLine::book, BasketLine::quantity));
  }
}
