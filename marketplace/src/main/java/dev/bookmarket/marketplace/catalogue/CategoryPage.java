package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/** The data for the template of a category's page. */
public record CategoryPage(CategoryBooks found) {
  /** Returns the orders that the page offers. */
  public List<Sort> sorts() {
    return List.of(Sort.values());
  }
}
