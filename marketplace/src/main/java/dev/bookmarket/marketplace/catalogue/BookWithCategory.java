package dev.bookmarket.marketplace.catalogue;

/** A book, and the category that it is filed under. */
public record BookWithCategory(Book book, Category category) {}
