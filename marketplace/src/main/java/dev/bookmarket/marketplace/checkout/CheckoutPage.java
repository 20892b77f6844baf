package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.Message;
import java.util.List;
import java.util.Optional;

/**
 * All that the template of the checkout may read.
 *
 * @param key the key to order under
 * @param shown what the page shows, for the form to carry
 * @param basket never empty, and all of it can be bought; nothing if the catalogue is late
 * @param typed what the visitor has typed so far
 * @param checked whether to show what is wrong with it
 * @param unsettled whether an order of this basket may be under way
 * @param news why the page is shown again, where that is for other reasons
 */
public record CheckoutPage(
    String key,
    List<BasketLine> shown,
    Optional<PricedBasket> basket,
    DeliveryForm typed,
    boolean checked,
    boolean unsettled,
    List<CheckoutNotice> notice) {
  /** What the page shows, as the form carries it. */
  public String shownText() {
    return BasketLine.textOf(shown);
  }

  /** How many books the page is about, copies counted. */
  public int items() {
    return shown.stream().mapToInt(BasketLine::quantity).sum();
  }

  /** What they cost, at the prices that the page shows. */
  public Money total() {
    return BasketLine.totalOf(shown);
  }

  /** Whether trying again is all that a visitor can do. */
  public boolean isOutage() {
    return notice.stream().anyMatch(CheckoutNotice::isOutage);
  }

  /** Whether to say that an order may be under way, since the notice do not. */
  public boolean tellsUnsettled() {
    return unsettled && notice.stream().noneMatch(CheckoutNotice::tellsOfOpenOutcome);
  }

  /** Whether something is wrong with what was typed, and is to be shown. */
  public boolean hasErrors() {
    return checked && !typed.isValid();
  }

  /** What is wrong with the name, if that is to be shown. */
  public Optional<Message> nameError() {
    return typed.nameError().filter(error -> checked);
  }

  /** What is wrong with the phone, if that is to be shown. */
  public Optional<Message> phoneError() {
    return typed.phoneError().filter(error -> checked);
  }

  /** What is wrong with the address, if that is to be shown. */
  public Optional<Message> addressError() {
    return typed.addressError().filter(error -> checked);
  }
}
