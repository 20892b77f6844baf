package dev.bookmarket.marketplace.web;

/**
 * A record whose HTML {@link CachedFragments} may keep: it is public, the same for every visitor,
 * and its {@code equals} compares everything that its HTML shows.
 */
public interface Cacheable {
  /** Returns whether this instance may be cached; false if it contains search terms. */
  default boolean isCacheable() {
    return true;
  }
}
