package dev.bookmarket.marketplace.web;

/**
 * A record whose HTML {@link CachedFragments} may keep: it is public, the same for every visitor,
 * and its {@code equals} compares everything that its HTML shows. If only a few values differ
 * between requests, the HTML of a copy with placeholders is kept, and the values are filled in. At
 * most one variable of a fragment may do that.
 */
public interface Cacheable {
  /** Returns whether this instance may be cached; false if it contains search terms. */
  default boolean isCacheable() {
    return true;
  }

  /**
   * Returns the record whose HTML is cached: this one, or a copy with placeholders for the values
   * that differ between requests.
   */
  default Cacheable withPlaceholders() {
    return this;
  }

  /**
   * Replaces the placeholders in the HTML of {@link #withPlaceholders} by the values of this
   * record.
   */
  default String fill(String html) {
    return html;
  }
}
