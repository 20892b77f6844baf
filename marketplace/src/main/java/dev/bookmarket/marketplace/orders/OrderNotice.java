package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.language.Coded;

/** A notice on an order's page about the request that led to it. */
public enum OrderNotice implements Coded {
  /** The visitor has just placed the order. */
  PLACED,
  /** The order was placed earlier without a response; then the visitor changed something. */
  ALREADY_PLACED,
  /** Like {@link #ALREADY_PLACED}, and the basket contains books that were not ordered. */
  ALREADY_PLACED_IN_PART;

  /** Returns the notice for an order that was placed before the visitor's last change. */
  public static OrderNotice alreadyPlaced(boolean basketIsEmpty) {
    return basketIsEmpty ? ALREADY_PLACED : ALREADY_PLACED_IN_PART;
  }
}
