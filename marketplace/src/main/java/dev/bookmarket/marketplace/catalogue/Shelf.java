package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * Some of the books of a category, in the order of the whole.
 *
 * @param sort what the whole is sorted by
 */
public record Shelf(Category category, Sort sort, List<Book> books, Paging paging) {}
