package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Message;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a category's books may be sorted by, in the order in which a page offers it. */
public enum Sort {
  /** From A to Z; what a visitor gets who has not chosen. */
  TITLE,
  /** As on the cover, from A to Z. */
  AUTHOR,
  /** Of first publication, newest first. */
  YEAR,
  /** Cheapest first. */
  PRICE;

  /** The name in URLs, such as {@code author}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words of the link that leads to it. */
  public Message label() {
    return Message.of("category.sort." + slug());
  }

  /** How it goes on after "30 books, ". */
  public Message summary() {
    return Message.of("category.sorted." + slug());
  }

  /** Whether it needs no mention in a URL. */
  public boolean goesWithoutSaying() {
    return this == TITLE;
  }

  /** The one with that slug, if there is one. */
  static Optional<Sort> ofSlug(String slug) {
    return Arrays.stream(values()).filter(sort -> sort.slug().equals(slug)).findFirst();
  }
}
