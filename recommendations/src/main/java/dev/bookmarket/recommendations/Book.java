package dev.bookmarket.recommendations;

/**
 * A book of the catalogue.
 *
 * @param id 1 or more, never reused for another book
 * @param title never empty
 * @param author as on the cover, never empty
 * @param year the year of first publication; negative years are BCE
 * @param category its only category
 * @param priceCents the price in US cents, 0 to 100,000,000
 * @param description can be empty
 */
public record Book(
    int id,
    String title,
    String author,
    int year,
    Category category,
    int priceCents,
    String description) {}
