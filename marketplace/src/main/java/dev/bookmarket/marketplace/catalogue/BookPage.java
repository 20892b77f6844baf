package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/**
 * All that the template of a book's page may read.
 *
 * @param alike the books most like it; none also where they could not be had
 */
public record BookPage(Book book, Category category, List<Book> alike) {}
