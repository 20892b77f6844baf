package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;

/**
 * A number of books.
 *
 * @param number 0 or more
 * @param andMore whether there are more books than that number
 */
public record BookCount(int number, boolean andMore) {
  /** Returns the number with its unit, such as {@code 1 book} or {@code more than 1,000 books}. */
  public Message message() {
    return Message.of(andMore ? "books.count.more" : "books.count", number);
  }

  /** Returns the number alone, such as {@code 30} or {@code more than 1,000}. */
  public Message figures() {
    return Message.of(andMore ? "books.figures.more" : "books.figures", number);
  }
}
