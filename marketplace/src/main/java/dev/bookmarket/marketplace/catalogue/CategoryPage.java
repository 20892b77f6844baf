package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * The data for the template of a category's page: a page of the category's books.
 *
 * @param sort the order of the books
 */
public record CategoryPage(Category category, Sort sort, List<ListedBook> books, Paging paging) {
  /** Returns the orders that the page offers. */
  public List<Sort> sorts() {
    return List.of(Sort.values());
  }
}
