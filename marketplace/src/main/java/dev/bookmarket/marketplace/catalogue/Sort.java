package dev.bookmarket.marketplace.catalogue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The orders in which a page can list a category's books. */
public enum Sort {
  /** By title, from A to Z; the default. */
  TITLE,
  /** By author as on the cover, from A to Z. */
  AUTHOR,
  /** By year of first publication, newest first. */
  YEAR,
  /** By price, cheapest first. */
  PRICE;

  /** Returns the name in URLs, such as {@code author}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether this is the default order, which URLs omit. */
  public boolean isDefault() {
    return this == TITLE;
  }

  /** Returns the order with that slug. */
  static Optional<Sort> ofSlug(String slug) {
    return Arrays.stream(values()).filter(sort -> sort.slug().equals(slug)).findFirst();
  }
}
