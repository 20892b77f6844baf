package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.web.CountedPage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data for the template of the checkout.
 *
 * @param basket the basket that the page shows, at the prices that it shows; the form contains it
 * @param priced the basket with titles, all books available; absent if the titles are unknown
 * @param form what the visitor has entered so far
 * @param errors the errors to show, by field name
 * @param notices why the page is shown again
 */
public record CheckoutPage(
    Basket basket,
    Optional<PricedBasket> priced,
    DeliveryForm form,
    Map<String, Message> errors,
    List<CheckoutNotice> notices)
    implements CountedPage {
  @Override
  public String missing() {
    return priced.isEmpty() ? "titles" : "";
  }

  @Override
  public boolean hasUnknownOutcome() {
    return notices.contains(CheckoutNotice.OUTCOME_UNKNOWN);
  }

  /** Returns the lines in the format of the form's hidden field. */
  public String shownText() {
    return BasketLine.format(basket.lines());
  }

  /** Returns the sum of the lines at the prices that the page shows. */
  public Money total() {
    return BasketLine.total(basket.lines());
  }

  /** Returns whether the visitor can only retry. */
  public boolean isOutage() {
    return notices.stream().anyMatch(CheckoutNotice::isOutage);
  }

  /** Returns whether to mention the pending order, because no notice does. */
  public boolean mentionsPendingOrder() {
    return basket.hasPendingOrder()
        && notices.stream().noneMatch(CheckoutNotice::mentionsPendingOrder);
  }

  /** Returns the HTTP status of the page as the response to a submission. */
  int status() {
    return notices.isEmpty() ? 422 : notices.get(0).status();
  }
}
