package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;
import java.util.List;

/**
 * The data for the template of the search page.
 *
 * @param query the text that the visitor searched for; empty before the first search
 */
public record SearchPage(String query, FoundBooks found) {
  /** Returns the title of the page. */
  public Message title() {
    return query.isEmpty()
        ? Message.of("search.title")
        : Message.of("search.title.results", query, found.size().message());
  }

  /** Returns the page without a search. */
  static SearchPage empty() {
    return new SearchPage("", new FoundBooks(0, "", List.of(), new Paging(0, 0, "", "")));
  }
}
