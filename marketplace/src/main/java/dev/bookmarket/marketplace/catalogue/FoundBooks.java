package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * Some of the books that a search found, best match first.
 *
 * @param totalSize how many there are in all; 1001 stands for more than 1000
 */
public record FoundBooks(int totalSize, List<Book> books, Paging paging) {
  private static final int COUNTED = 1000;

  /** How many there are in all, to show. */
  public BookCount size() {
    return new BookCount(Math.min(totalSize, COUNTED), totalSize > COUNTED);
  }
}
