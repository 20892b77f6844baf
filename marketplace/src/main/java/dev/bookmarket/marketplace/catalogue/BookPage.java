package dev.bookmarket.marketplace.catalogue;

/** All that the template of a book's page may read. */
public record BookPage(Book book, Category category) {}
