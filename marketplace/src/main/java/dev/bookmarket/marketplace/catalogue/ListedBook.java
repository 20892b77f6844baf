package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.web.Cacheable;
import java.util.List;
import java.util.stream.Stream;

/** A book in a list, with its texts split into segments, some of which can be highlighted. */
public record ListedBook(
    Book book, List<TextSegment> title, List<TextSegment> author, List<TextSegment> description)
    implements Cacheable {
  /** Returns whether no text is highlighted: highlights are the search terms of a visitor. */
  @Override
  public boolean isCacheable() {
    return Stream.of(title, author, description)
        .flatMap(List::stream)
        .noneMatch(TextSegment::highlighted);
  }
}
