package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.language.Message;

/** What an order's page may have to say about what led to it. */
public enum OrderNotice {
  /** The visitor has just ordered. */
  PLACED("placed"),
  /** An order had gone through without an answer, before the visitor changed something. */
  EARLIER("earlier"),
  /** The same, and something is left in the basket. */
  EARLIER_AND_MORE("earlier-and-more");

  private final String key;

  OrderNotice(String key) {
    this.key = key;
  }

  /** In a few words. */
  public Message heading() {
    return Message.of("order.notice." + key);
  }

  /** In words for the visitor. */
  public Message message() {
    return Message.of("order.notice." + key + ".text");
  }
}
