package dev.bookmarket.marketplace.catalogue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a category's books may be sorted by, in the order in which a page offers it. */
public enum Sort {
  /** From A to Z; what a visitor gets who has not chosen. */
  TITLE("Title", "by title"),
  /** As on the cover, from A to Z. */
  AUTHOR("Author", "by author"),
  /** Of first publication, newest first. */
  YEAR("Newest", "newest first"),
  /** Cheapest first. */
  PRICE("Price", "cheapest first");

  private final String label;
  private final String summary;

  Sort(String label, String summary) {
    this.label = label;
    this.summary = summary;
  }

  /** The name in URLs, such as {@code author}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words of the link that leads to it. */
  public String label() {
    return label;
  }

  /** How it goes on after "30 books, ". */
  public String summary() {
    return summary;
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
