package dev.bookmarket.marketplace.catalogue;

/** A book, and the category that it is filed under. */
public record FiledBook(Book book, Category category) {}
