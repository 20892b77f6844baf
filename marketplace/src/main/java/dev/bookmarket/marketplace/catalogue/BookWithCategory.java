package dev.bookmarket.marketplace.catalogue;

/** A book and its category. */
public record BookWithCategory(Book book, Category category) {}
