package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * A page of the books that a search found, best match first.
 *
 * @param totalSize the number of all matching books; 1001 means more than 1000
 * @param correctedQuery the words that were searched for because no book matches the query exactly;
 *     empty if one does or if no book was found
 */
public record FoundBooks(
    int totalSize, String correctedQuery, List<ListedBook> books, Paging paging) {
  private static final int MAX_COUNTED = 1000;

  /** Returns the number of all matching books. */
  public BookCount size() {
    return new BookCount(Math.min(totalSize, MAX_COUNTED), totalSize > MAX_COUNTED);
  }
}
