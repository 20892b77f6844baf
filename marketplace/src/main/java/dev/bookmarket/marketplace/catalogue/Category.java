package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Messages;

/**
 * A category that has books.
 *
 * @param slug its name in URLs
 * @param name its name in the catalogue's own language
 * @param bookCount how many books it has, 1 or more
 */
public record Category(String slug, String name, int bookCount) {
  /** Its name to show: the language's own, if it has one for this category. */
  public String nameIn(Messages messages) {
    return messages.orElse("category." + slug, name);
  }

  /** How many books it has, to show. */
  public BookCount size() {
    return new BookCount(bookCount, false);
  }
}
