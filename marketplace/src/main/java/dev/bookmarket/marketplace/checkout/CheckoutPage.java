package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data for the template of the checkout.
 *
 * @param key the idempotency key of the order
 * @param shown the lines and prices that the page shows; the form contains them too
 * @param basket the lines with titles, all of them available; empty if the titles are unknown
 * @param form what the visitor has entered so far
 * @param errors the errors to show, by field name
 * @param hasPendingOrder whether an order of this basket was sent and got no response
 * @param notices why the page is shown again
 */
public record CheckoutPage(
    String key,
    List<BasketLine> shown,
    Optional<PricedBasket> basket,
    DeliveryForm form,
    Map<String, Message> errors,
    boolean hasPendingOrder,
    List<CheckoutNotice> notices) {
  /** Returns a page that shows a basket at current prices. */
  static CheckoutPage of(
      Basket basket,
      PricedBasket priced,
      DeliveryForm form,
      Map<String, Message> errors,
      List<CheckoutNotice> notices) {
    return new CheckoutPage(
        basket.key(),
        priced.linesAtCurrentPrices(),
        Optional.of(priced),
        form,
        errors,
        basket.hasPendingOrder(),
        notices);
  }

  /** Returns the lines in the format of the form's hidden field. */
  public String shownText() {
    return BasketLine.format(shown);
  }

  /** Returns the sum of the quantities. */
  public int items() {
    return shown.stream().mapToInt(BasketLine::quantity).sum();
  }

  /** Returns the sum of the lines at the prices that the page shows. */
  public Money total() {
    return BasketLine.total(shown);
  }

  /** Returns whether the visitor can only retry. */
  public boolean isOutage() {
    return notices.stream().anyMatch(CheckoutNotice::isOutage);
  }

  /** Returns whether to mention the pending order, because no notice does. */
  public boolean mentionsPendingOrder() {
    return hasPendingOrder && notices.stream().noneMatch(CheckoutNotice::mentionsPendingOrder);
  }

  /** Returns the HTTP status of the page as the response to a submission. */
  int status() {
    return notices.isEmpty() ? 422 : notices.get(0).status();
  }
}
