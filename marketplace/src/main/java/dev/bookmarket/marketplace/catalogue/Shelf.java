package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/** Some of the books of a category, in the order of the whole. */
public record Shelf(Category category, List<Book> books, Paging paging) {}
