package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.web.Cacheable;

/**
 * A book of the catalogue.
 *
 * @param id its number, 1 or more
 * @param title never empty
 * @param author never empty
 * @param year the year of first publication; negative years are BCE
 * @param category the slug of its category
 * @param description may be empty
 */
public record Book(
    int id, String title, String author, int year, String category, Money price, String description)
    implements Cacheable {
  /** Returns its cover. */
  public Cover cover() {
    return new Cover(id, title, author, category);
  }

  /**
   * Returns the year for display, such as {@code 1930}, {@code 380 BCE} or {@code 180 CE}; a year
   * before 1000 has the era, because the number alone does not look like a year.
   */
  public Message published() {
    if (year < 0) {
      return Message.of("book.year.bce", -year);
    }
    return Message.of(year < 1000 ? "book.year.ce" : "book.year", year);
  }
}
