package dev.bookmarket.marketplace.cover;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.bookmarket.runtime.telemetry.CacheMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The covers to which the pages of this process link. A template gets the path of a cover from
 * here, so the cover is registered when a browser requests it, and no call is needed. The SVG is
 * drawn at the first request.
 *
 * <p>The cache registers one cover for each book: when the book changes, its new cover replaces the
 * old one. Registered covers and their SVGs are bounded in bytes, so a page can link to a cover
 * that is no longer registered. Safe for concurrent use.
 */
public final class CoverCache {
  /** About 2,700 covers with texts of 42 characters, the mean of our catalogue. */
  static final long MAX_KNOWN_BYTES = 1024 * 1024;

  /** About 2,100 SVGs of 1,064 bytes, the mean of our catalogue; most have less than 2,300. */
  static final long MAX_DRAWN_BYTES = 3 * 1024 * 1024;

  /** Bytes of an entry apart from its texts and its SVG. */
  private static final int ENTRY_BYTES = 300;

  private final Cache<Integer, Cover> registered =
      cache(MAX_KNOWN_BYTES, (bookId, cover) -> bytesOf(cover));
  private final Cache<Cover, byte[]> drawn =
      cache(MAX_DRAWN_BYTES, (cover, svg) -> bytesOf(cover) + svg.length);

  /** Creates an empty cache. */
  public CoverCache() {
    CacheMetrics.observe(
        "covers",
        () -> drawn.stats().hitCount(),
        () -> drawn.stats().missCount(),
        () -> drawn.policy().eviction().orElseThrow().weightedSize().orElseThrow());
  }

  /** Makes a cover the registered cover of its book, and returns its URL path. */
  public String register(Cover cover) {
    registered.put(cover.bookId(), cover);
    return cover.path();
  }

  /** Returns the registered cover of a book, if it has that URL path. */
  public Optional<Cover> find(int bookId, String path) {
    return Optional.ofNullable(registered.getIfPresent(bookId))
        .filter(cover -> cover.path().equals(path));
  }

  /** Returns the SVG of a cover in UTF-8, which must not be changed. */
  public byte[] svg(Cover cover) {
    return drawn.get(cover, missing -> missing.svg().getBytes(StandardCharsets.UTF_8));
  }

  private static int bytesOf(Cover cover) {
    int characters = cover.title().length() + cover.author().length() + cover.category().length();
    return ENTRY_BYTES + 2 * characters;
  }

  private static <K, V> Cache<K, V> cache(long maxBytes, Weigher<K, V> weigher) {
    return Caffeine.newBuilder()
        .maximumWeight(maxBytes)
        .weigher(weigher)
        .executor(Runnable::run) // evicts before put returns
        .recordStats()
        .build();
  }
}
