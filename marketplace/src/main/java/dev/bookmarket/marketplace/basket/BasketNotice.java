package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.language.Coded;

/** A notice on the basket's page about the change that the visitor has just made. */
public enum BasketNotice implements Coded {
  /** The quantity was reduced to the maximum of 99. */
  AT_MOST_99,
  /** The book was not added because the basket is full. */
  BASKET_FULL
}
