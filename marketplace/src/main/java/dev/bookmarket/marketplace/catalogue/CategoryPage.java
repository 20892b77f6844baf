package dev.bookmarket.marketplace.catalogue;

/** All that the template of a category's page may read. */
public record CategoryPage(Shelf shelf) {}
