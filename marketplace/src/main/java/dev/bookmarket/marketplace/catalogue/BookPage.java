package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * Everything that the template of a book's page can read.
 *
 * @param similar the books most similar to it; empty also if they could not be loaded
 */
public record BookPage(Book book, Category category, List<Book> similar) {}
