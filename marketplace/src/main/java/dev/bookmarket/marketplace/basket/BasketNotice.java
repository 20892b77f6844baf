package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.language.Message;

/** What the basket's page may have to say about the change that led to it. */
public enum BasketNotice {
  /** More of a book was asked for than one order takes. */
  AT_MOST_99("at-most-99"),
  /** Another book was asked for than the basket has room for. */
  BASKET_FULL("basket-full");

  private final String key;

  BasketNotice(String key) {
    this.key = key;
  }

  /** In words for the visitor. */
  public Message message() {
    return Message.of("basket.notice." + key);
  }
}
