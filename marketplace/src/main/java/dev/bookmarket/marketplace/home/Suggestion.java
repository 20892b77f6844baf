package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.web.Cacheable;

/**
 * A suggested book.
 *
 * @param id the book's number
 * @param title never empty
 * @param author never empty
 * @param category the slug of the category
 */
public record Suggestion(int id, String title, String author, String category, Money price)
    implements Cacheable {
  /** Returns its cover. */
  public Cover cover() {
    return new Cover(id, title, author, category);
  }
}
