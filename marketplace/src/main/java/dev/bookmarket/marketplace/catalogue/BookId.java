package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.LocalizedException;
import java.util.regex.Pattern;

/** Parses book numbers in URLs. */
final class BookId {
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,9}");

  private BookId() {}

  /**
   * Returns the book number that a URL contains.
   *
   * @throws LocalizedException 404 if it is not written as in the shop's own links
   */
  static int parse(String text) {
    if (!ID.matcher(text).matches() || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw LocalizedException.notFound("error.not-found.book");
    }
    return Integer.parseInt(text);
  }
}
