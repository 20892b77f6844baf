package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Money;

/**
 * A suggested book.
 *
 * @param id its number in the catalogue
 * @param title never empty
 * @param author never empty
 */
public record Suggestion(int id, String title, String author, Money price) {}
