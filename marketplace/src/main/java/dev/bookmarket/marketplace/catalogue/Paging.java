package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;

/**
 * The position of a page in its list.
 *
 * @param first the position of its first book, counted from 1
 * @param last the position of its last book
 * @param previous the token of the previous page; empty on the first page
 * @param next the token of the next page; empty on the last page
 */
public record Paging(int first, int last, String previous, String next) {
  /** Returns the position of a page of so many books; the offset counts from 0. */
  static Paging from(int offset, int books, String previous, String next) {
    return new Paging(offset + 1, offset + books, previous, next);
  }

  /** Returns whether the list has other pages. */
  public boolean oneOfSeveral() {
    return !previous.isEmpty() || !next.isEmpty();
  }

  /**
   * Returns the position for display, such as {@code Books 1–24 of 30}.
   *
   * @param form "", or ".inside" for the form inside a line, such as {@code books 1–24 of 30}
   */
  public Message among(BookCount all, String form) {
    return first == last
        ? Message.of("books.page.one" + form, first, all.figures())
        : Message.of("books.page" + form, first, last, all.figures());
  }
}
