package dev.bookmarket.marketplace.checkout;

/** Why the checkout is shown again, where the form itself is right. */
public enum CheckoutNews {
  /** The catalogue's prices are others than the form showed. */
  REPRICED(
      409,
      "Prices have changed",
      "This press of the button ordered nothing. Please look at the new prices, and order if they"
          + " suit you."),
  /** The basket is another than the form showed. */
  CHANGED(
      409,
      "Your basket has changed",
      "It is not what this page showed before, so this press of the button ordered nothing. Please"
          + " look at it again."),
  /** The visitor's cookie was not there, so the same press twice could have ordered twice. */
  NEW_VISITOR(
      409,
      "Please press the button once more",
      "Nothing has been ordered yet: your browser had forgotten who you are."),
  /** The same, and an earlier press got no answer: whose order that is, nobody knows any more. */
  FORGOTTEN(
      409,
      "An earlier order may have gone through",
      "Your browser has forgotten who you are, so it cannot show that order any more, and we"
          + " cannot look for it. Nothing was sent just now. If you press the button, and the"
          + " earlier order did go through, you order a second time."),
  /** The catalogue did not answer, so that nothing could be checked, nor sent. */
  SHELVES_LATE(
      503,
      "Our shelves are out of reach",
      "The catalogue does not answer at the moment, so nothing was sent just now. Your basket and"
          + " what you typed are kept. Please try again in a few seconds."),
  /** Nothing was sent to the orders service. */
  NOT_PLACED(
      503,
      "Your order was not placed",
      "Orders cannot be taken at the moment. Nothing has been ordered; your basket and what you"
          + " typed are kept. Please try again in a few seconds."),
  /** An order was sent, and not answered. */
  OUTCOME_UNKNOWN(
      503,
      "We do not know yet whether your order went through",
      "It was sent, and no answer came in time. Your basket and what you typed are kept. Please try"
          + " again in a few seconds: it is one order, however often you press the button.");

  private final int status;
  private final String heading;
  private final String words;

  CheckoutNews(int status, String heading, String words) {
    this.status = status;
    this.heading = heading;
    this.words = words;
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
  public String heading() {
    return heading;
  }

  /** In words for the visitor. */
  public String words() {
    return words;
  }
}
