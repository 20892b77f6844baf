package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.function.LongSupplier;

/** The metrics of the caches of rendered content. */
public final class CacheMetrics {
  private static final AttributeKey<String> CACHE = AttributeKey.stringKey("bookmarket.cache");
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");

  private CacheMetrics() {}

  /**
   * Observes a cache whenever the metrics are collected, as long as the process runs.
   *
   * @param cache its name, unique in the process
   */
  public static void observe(
      String cache, LongSupplier hits, LongSupplier misses, LongSupplier bytes) {
    var ofCache = Attributes.of(CACHE, cache);
    var hit = Attributes.of(CACHE, cache, RESULT, "hit");
    var miss = Attributes.of(CACHE, cache, RESULT, "miss");
    var unused =
        Telemetry.meter()
            .counterBuilder("bookmarket.fragment_cache.requests")
            .setUnit("{request}")
            .setDescription("Lookups in a cache of rendered content.")
            .buildWithCallback(
                requests -> {
                  requests.record(hits.getAsLong(), hit);
                  requests.record(misses.getAsLong(), miss);
                });
    var alsoUnused =
        Telemetry.meter()
            .gaugeBuilder("bookmarket.fragment_cache.bytes")
            .ofLongs()
            .setUnit("By")
            .setDescription("Estimated size of a cache of rendered content.")
            .buildWithCallback(size -> size.record(bytes.getAsLong(), ofCache));
  }
}
