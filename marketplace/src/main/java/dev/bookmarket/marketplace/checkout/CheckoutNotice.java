package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.language.Message;

/** Why the checkout is shown again, where the form itself is right. */
public enum CheckoutNotice {
  /** The catalogue's prices are others than the form showed. */
  REPRICED(409, "repriced"),
  /** The basket is another than the form showed. */
  CHANGED(409, "changed"),
  /** The visitor's cookie was not there, so the same press twice could have ordered twice. */
  NEW_VISITOR(409, "new-visitor"),
  /** The same, and an earlier press got no answer: whose order that is, nobody knows any more. */
  FORGOTTEN(409, "forgotten"),
  /** The catalogue did not answer, so that nothing could be checked, nor sent. */
  SHELVES_LATE(503, "shelves-late"),
  /** Nothing was sent to the orders service. */
  NOT_PLACED(503, "not-placed"),
  /** An order was sent, and not answered. */
  OUTCOME_UNKNOWN(503, "outcome-unknown");

  private final int status;
  private final String key;

  CheckoutNotice(int status, String key) {
    this.status = status;
    this.key = key;
  }

  /** The HTTP status of the page. */
  int status() {
    return status;
  }

  /** Whether trying again is all that a visitor can do. */
  public boolean isOutage() {
    return status == 503;
  }

  /** Whether it says that an order may be under way, and what that means. */
  boolean tellsOfOpenOutcome() {
    return this == FORGOTTEN || this == OUTCOME_UNKNOWN;
  }

  /** In a few words. */
  public Message heading() {
    return Message.of("checkout.notice." + key);
  }

  /** In words for the visitor. */
  public Message message() {
    return Message.of("checkout.notice." + key + ".text");
  }
}
