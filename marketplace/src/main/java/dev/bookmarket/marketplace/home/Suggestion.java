package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.cover.Cover;

/**
 * A suggested book.
 *
 * @param id its number in the catalogue
 * @param title never empty
 * @param author never empty
 * @param category the slug of its category
 */
public record Suggestion(int id, String title, String author, String category, Money price) {
  /** Where its cover is. */
  public String cover() {
    return Cover.path(id, title, author, category);
  }
}
