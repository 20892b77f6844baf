package dev.bookmarket.marketplace.catalogue;

/**
 * A category that has books.
 *
 * @param slug its name in URLs
 * @param name its name to show
 * @param bookCount how many books it has, 1 or more
 */
public record Category(String slug, String name, int bookCount) {
  /** How many books it has, to show. */
  public BookCount size() {
    return new BookCount(bookCount, false);
  }
}
