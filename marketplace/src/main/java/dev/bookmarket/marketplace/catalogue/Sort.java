package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The orders of a category's books, as the page lists them. */
public enum Sort {
  /** From A to Z; the default. */
  TITLE,
  /** As on the cover, from A to Z. */
  AUTHOR,
  /** Of first publication, newest first. */
  YEAR,
  /** Cheapest first. */
  PRICE;

  /** Returns the name in URLs, such as {@code author}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the text of the link to this order. */
  public Message label() {
    return Message.of("category.sort." + slug());
  }

  /** Returns the text after "30 books, ". */
  public Message summary() {
    return Message.of("category.sorted." + slug());
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
