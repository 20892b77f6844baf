package dev.bookmarket.recommendations;

/**
 * A book of the catalogue.
 *
 * @param id 1 or more, never given to another book
 * @param title never empty
 * @param author as on the cover, never empty
 * @param year the year of first publication; negative years are BCE
 * @param category the one category it is in
 * @param priceCents the price in US cents, 0 to 100,000,000
 * @param description what it is about; may be empty
 */
public record Book(
    int id,
    String title,
    String author,
    int year,
    Category category,
    int priceCents,
    String description) {}
