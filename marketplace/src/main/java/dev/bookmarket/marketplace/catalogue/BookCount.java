package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;

/**
 * How many books there are.
 *
 * @param number 0 or more
 * @param andMore whether there are more than that number, nobody knows how many
 */
public record BookCount(int number, boolean andMore) {
  /** As a visitor reads it, such as {@code 1 book} or {@code more than 1,000 books}. */
  public Message message() {
    return Message.of(andMore ? "books.count.more" : "books.count", number);
  }

  /** The number as a visitor reads it, such as {@code 30} or {@code more than 1,000}. */
  public Message figures() {
    return Message.of(andMore ? "books.figures.more" : "books.figures", number);
  }
}
