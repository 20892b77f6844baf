package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.language.Coded;

/** A notice that explains why the checkout is shown again although the form is valid. */
public enum CheckoutNotice implements Coded {
  /** The current prices differ from those that the form showed. */
  PRICES_CHANGED(409),
  /** The current basket differs from the one that the form showed. */
  BASKET_CHANGED(409),
  /** The request had no visitor's id, so a repeated submission could not be recognized. */
  NEW_VISITOR(409),
  /** Like {@link #NEW_VISITOR}, but a pending order was placed with the lost id. */
  COOKIE_LOST(409),
  /** The catalogue did not respond, so prices could not be checked and nothing was sent. */
  CATALOGUE_UNAVAILABLE(503),
  /** Nothing was sent to the orders service. */
  NOT_PLACED(503),
  /** An order was sent and got no response. */
  OUTCOME_UNKNOWN(503);

  private final int status;

  CheckoutNotice(int status) {
    this.status = status;
  }

  /** Returns the HTTP status of the page. */
  int status() {
    return status;
  }

  /** Returns whether the visitor can only retry. */
  boolean isOutage() {
    return status == 503;
  }

  /** Returns whether the text says that an order may have been placed, and what that means. */
  boolean mentionsPendingOrder() {
    return this == COOKIE_LOST || this == OUTCOME_UNKNOWN;
  }
}
