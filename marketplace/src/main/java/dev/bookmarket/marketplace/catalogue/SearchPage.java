package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;
import java.util.List;

/**
 * The data for the template of the search page: a page of the books that a search found, best match
 * first.
 *
 * @param query the text that the visitor searched for; empty before the first search
 * @param totalSize the number of all matching books; 1001 means more than 1000
 * @param correctedQuery the words that were searched for because no book matches the query exactly;
 *     empty if one does or if no book was found
 */
public record SearchPage(
    String query, int totalSize, String correctedQuery, List<ListedBook> books, Paging paging) {
  private static final int MAX_COUNTED = 1000;

  /** Returns the page without a search. */
  static SearchPage empty() {
    return new SearchPage("", 0, "", List.of(), new Paging(0, 0, "", ""));
  }

  /** Returns the title of the page. */
  public Message title() {
    return query.isEmpty()
        ? Message.of("search.title")
        : Message.of("search.title.results", query, size().message());
  }

  /** Returns the number of all matching books. */
  public BookCount size() {
    return new BookCount(Math.min(totalSize, MAX_COUNTED), totalSize > MAX_COUNTED);
  }
}
