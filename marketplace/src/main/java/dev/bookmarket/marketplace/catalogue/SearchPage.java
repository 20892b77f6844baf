package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;
import java.util.List;

/**
 * All that the template of the search page may read.
 *
 * @param query what was searched for; empty where nothing was asked yet
 */
public record SearchPage(String query, FoundBooks found) {
  /** What stands on the browser's tab. */
  public Message title() {
    return query.isEmpty()
        ? Message.of("search.title")
        : Message.of("search.title.results", query, found.size().message());
  }

  /** What to mark in the books. */
  public Highlighter hits() {
    return Highlighter.of(query);
  }

  /** The page of a visitor who has not asked for anything yet. */
  static SearchPage nothingAsked() {
    return new SearchPage("", new FoundBooks(0, List.of(), new Paging(0, 0, "", "")));
  }
}
