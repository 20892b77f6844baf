package dev.bookmarket.marketplace.web;

import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a page shows about how it was made.
 *
 * @param spans the steps of its request; empty if the visitor does not want to see them
 * @param form the steps of the form that led to it
 * @param url the address of a tracing backend with {@code {trace_id}}; empty if there is none
 */
public record PageTrace(Optional<SpanCollector> spans, Optional<RequestTrace> form, String url) {
  /** The trace of a page that shows none. */
  static final PageTrace NONE = new PageTrace(Optional.empty(), Optional.empty(), "");

  /**
   * Returns the trace of a request; {@link #NONE} unless the switch is on. Then also deletes the
   * cookie with the trace of the form before it.
   */
  static PageTrace of(Context ctx, String url) {
    var spans = spansOf(ctx);
    return spans.isEmpty() ? NONE : new PageTrace(spans, FormTrace.readAndDelete(ctx), url);
  }

  /**
   * Passes the trace of a form that redirects (a POST with status 303) to the page to which it
   * leads, if the switch is on.
   */
  public static void passToNextPage(Context ctx) {
    if (ctx.method() == HandlerType.POST && ctx.status() == HttpStatus.SEE_OTHER) {
      spansOf(ctx).ifPresent(spans -> FormTrace.write(ctx, spans.toTrace()));
    }
  }

  /**
   * Makes the next page show neither the trace of this request nor that of an earlier form. Removes
   * the collector, so that {@link #passToNextPage} writes no cookie after this redirect.
   */
  static void discard(Context ctx) {
    ctx.attribute(SpanCollector.class.getName(), null);
    var unused = FormTrace.readAndDelete(ctx);
  }

  /** Returns the waterfalls for the page: that of the form, if there is one, and its own. */
  public List<Waterfall> waterfalls() {
    return Stream.concat(
            form.map(trace -> Waterfall.of("trace.form", trace, url)).stream(),
            spans.map(collector -> Waterfall.of("trace.page", collector.toTrace(), url)).stream())
        .toList();
  }

  private static Optional<SpanCollector> spansOf(Context ctx) {
    return Optional.ofNullable(ctx.attribute(SpanCollector.class.getName()));
  }
}
