package dev.bookmarket.marketplace.catalogue;

import java.util.List;
import java.util.Locale;

/** All that the template of a category's page may read. */
public record CategoryPage(Shelf shelf) {
  /** What stands on the browser's tab; it tells the pages of a category apart. */
  public String title() {
    var paging = shelf.paging();
    var category = shelf.category();
    return paging.previous().isEmpty()
        ? category.name()
        : category.name() + ", " + paging.among(category.size()).toLowerCase(Locale.ROOT);
  }

  /** What the books can be sorted by. */
  public List<Sort> sorts() {
    return List.of(Sort.values());
  }

  /** What stands before the books: how many there are in all, and how they are sorted. */
  public String summary() {
    return shelf.category().size() + ", " + shelf.sort().summary();
  }
}
