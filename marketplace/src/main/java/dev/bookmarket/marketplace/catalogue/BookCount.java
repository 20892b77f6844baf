package dev.bookmarket.marketplace.catalogue;

import java.util.Locale;

/**
 * How many books there are.
 *
 * @param number 0 or more
 * @param andMore whether there are more than that number, nobody knows how many
 */
public record BookCount(int number, boolean andMore) {
  /** The number as a visitor reads it, such as {@code 30} or {@code more than 1,000}. */
  public String inFigures() {
    return (andMore ? "more than " : "") + figures(number);
  }

  /** As a visitor reads it, such as {@code 1 book} or {@code more than 1,000 books}. */
  @Override
  public String toString() {
    return inFigures() + (number == 1 && !andMore ? " book" : " books");
  }

  static String figures(int number) {
    return String.format(Locale.US, "%,d", number);
  }
}
