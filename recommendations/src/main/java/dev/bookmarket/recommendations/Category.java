package dev.bookmarket.recommendations;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The categories of the shop, in display order. The constants are named as in the contract. */
public enum Category {
  MYSTERY("Mystery"),
  SCIENCE_FICTION("Science fiction"),
  SELF_HELP("Self-help"),
  FANTASY("Fantasy"),
  CLASSICS("Classics"),
  HISTORICAL_FICTION("Historical fiction"),
  HORROR("Horror"),
  ROMANCE("Romance"),
  CHILDRENS("Children's books"),
  POETRY("Poetry"),
  HISTORY("History"),
  BIOGRAPHY("Biography"),
  SCIENCE("Science"),
  PHILOSOPHY("Philosophy");

  private final String displayName;

  Category(String displayName) {
    this.displayName = displayName;
  }

  /** Returns the display name in English. */
  public String displayName() {
    return displayName;
  }

  /** Returns the name in URLs and files, such as {@code science-fiction}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the category with that slug. */
  public static Optional<Category> ofSlug(String slug) {
    return Arrays.stream(values()).filter(category -> category.slug().equals(slug)).findFirst();
  }
}
