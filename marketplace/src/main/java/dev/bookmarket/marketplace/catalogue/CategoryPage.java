package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/** Everything that the template of a category's page can read. */
public record CategoryPage(CategoryBooks found) {
  /** Returns the orders that the page offers. */
  public List<Sort> sorts() {
    return List.of(Sort.values());
  }
}
