package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * A page of the books of a category.
 *
 * @param sort the order of the books
 */
public record CategoryBooks(Category category, Sort sort, List<ListedBook> books, Paging paging) {}
