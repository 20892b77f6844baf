package dev.bookmarket.marketplace.web;

/** The data of a page whose content is counted in the metrics of the shop. */
public interface CountedPage {
  /**
   * Returns what could not be loaded, as names with commas; empty if the page is complete. Returns
   * one of a few texts.
   */
  String missing();

  /** Returns how many suggestions the page shows. */
  default int suggestionCount() {
    return 0;
  }

  /** Returns whether the page says that an order may have been placed or not. */
  default boolean hasUnknownOutcome() {
    return false;
  }
}
