package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * The data for the template of a book's page.
 *
 * @param similar the books most similar to it; empty also if they could not be loaded
 */
public record BookPage(Book book, Category category, List<Book> similar) {}
