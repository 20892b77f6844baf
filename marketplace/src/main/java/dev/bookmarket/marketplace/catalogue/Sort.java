package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Coded;

/** The orders in which a page can list a category's books. */
public enum Sort implements Coded {
  /** By title, from A to Z; the default. */
  TITLE,
  /** By author as on the cover, from A to Z. */
  AUTHOR,
  /** By year of first publication, newest first. */
  YEAR,
  /** By price, cheapest first. */
  PRICE;

  /** Returns whether this is the default order, which URLs omit. */
  public boolean isDefault() {
    return this == TITLE;
  }
}
