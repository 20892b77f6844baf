package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;

/**
 * Where a page stands in its list.
 *
 * @param first the position of its first book, counted from 1
 * @param last the position of its last book
 * @param previous the token of the page before; empty on the first page
 * @param next the token of the next page; empty on the last page
 */
public record Paging(int first, int last, String previous, String next) {
  /** The place of so many books from an offset on, which is counted from 0. */
  static Paging from(int offset, int books, String previous, String next) {
    return new Paging(offset + 1, offset + books, previous, next);
  }

  /** Whether the list has other pages. */
  public boolean oneOfSeveral() {
    return !previous.isEmpty() || !next.isEmpty();
  }

  /** Where the page stands among so many, as a visitor reads it: {@code Books 1–24 of 30}. */
  public Message among(BookCount all) {
    return among(all, "");
  }

  /** The same inside a line of text. */
  public Message amongInside(BookCount all) {
    return among(all, ".inside");
  }

  private Message among(BookCount all, String form) {
    return first == last
        ? Message.of("books.page.one" + form, first, all.figures())
        : Message.of("books.page" + form, first, last, all.figures());
  }
}
