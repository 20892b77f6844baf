package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.marketplace.web.Cacheable;

/**
 * A category that has books.
 *
 * @param slug the name in URLs
 * @param name the name in the language of the catalogue
 * @param bookCount the number of its books, 1 or more
 */
public record Category(String slug, String name, int bookCount) implements Cacheable {
  /** Returns the name in that language, or the catalogue's name if it has no translation. */
  public String nameIn(Messages messages) {
    return messages.orElse("category." + slug, name);
  }

  /** Returns the number of its books. */
  public BookCount size() {
    return new BookCount(bookCount, false);
  }
}
