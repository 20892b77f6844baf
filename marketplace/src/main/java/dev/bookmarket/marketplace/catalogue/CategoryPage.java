package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/** All that the template of a category's page may read. */
public record CategoryPage(Shelf shelf) {
  /** What the books can be sorted by. */
  public List<Sort> sorts() {
    return List.of(Sort.values());
  }

  /** What to mark in the books: nothing, since nothing was searched for. */
  public Highlighter hits() {
    return Highlighter.none();
  }
}
