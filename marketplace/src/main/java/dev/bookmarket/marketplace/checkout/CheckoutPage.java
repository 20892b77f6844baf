package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import java.util.Optional;

/**
 * All that the template of the checkout may read.
 *
 * @param key the key to order under
 * @param basket never empty, and all of it can be bought
 * @param typed what the visitor has typed so far
 * @param checked whether to show what is wrong with it
 * @param unsettled whether an order of this basket may be under way
 * @param news why the page is shown again, if for another reason
 */
public record CheckoutPage(
    String key,
    PricedBasket basket,
    DeliveryForm typed,
    boolean checked,
    boolean unsettled,
    Optional<CheckoutNews> news) {
  /** What the page shows, for the form to carry. */
  public String shown() {
    return BasketLine.textOf(basket.seen());
  }

  /** Whether to say that an order may be under way, since the news do not. */
  public boolean tellsUnsettled() {
    return unsettled && !news.map(CheckoutNews::tellsOfOpenOutcome).orElse(false);
  }

  /** Whether something is wrong with what was typed, and is to be shown. */
  public boolean hasErrors() {
    return checked && !typed.isValid();
  }

  /** What is wrong with the name, if that is to be shown. */
  public String nameError() {
    return checked ? typed.nameError() : "";
  }

  /** What is wrong with the phone, if that is to be shown. */
  public String phoneError() {
    return checked ? typed.phoneError() : "";
  }

  /** What is wrong with the address, if that is to be shown. */
  public String addressError() {
    return checked ? typed.addressError() : "";
  }
}
