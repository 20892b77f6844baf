package dev.bookmarket.marketplace.web;

import dev.bookmarket.runtime.telemetry.Telemetry;
import io.javalin.http.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;

/** Counts what the pages of the shop show. Safe for concurrent use. */
final class PageMetrics {
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> MISSING = AttributeKey.stringKey("bookmarket.missing");

  private final LongCounter degraded =
      Telemetry.counter(
          "bookmarket.pages.degraded", "{page}", "Pages without something that did not load.");
  private final LongCounter suggestions =
      Telemetry.counter(
          "bookmarket.suggestions.shown", "{suggestion}", "Books suggested on home pages.");
  private final LongCounter unknownOutcomes =
      Telemetry.counter(
          "bookmarket.orders.unknown_outcomes",
          "{order}",
          "Submitted orders that may have been placed or not.");

  PageMetrics() {
    suggestions.add(0);
    unknownOutcomes.add(0);
  }

  /** Counts a page that a request gets. */
  void count(Context ctx, CountedPage page) {
    if (page.suggestionCount() > 0) {
      suggestions.add(page.suggestionCount());
    }
    if (!page.missing().isEmpty()) {
      degraded.add(1, Attributes.of(ROUTE, ctx.endpoint().path, MISSING, page.missing()));
    }
    if (page.hasUnknownOutcome()) {
      unknownOutcomes.add(1);
    }
  }
}
