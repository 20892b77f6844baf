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

  /** Returns the trace of a request, and deletes the cookie with that of the form before it. */
  static PageTrace of(Context ctx, String url) {
    var spans = spansOf(ctx);
    return spans.isEmpty() ? NONE : new PageTrace(spans, FormTrace.take(ctx), url);
  }

  /** Makes the page to which a form leads show the trace of the form. */
  public static void keep(Context ctx) {
    if (ctx.method() == HandlerType.POST && ctx.status() == HttpStatus.SEE_OTHER) {
      spansOf(ctx).ifPresent(spans -> FormTrace.leave(ctx, spans.toTrace()));
    }
  }

  /** Makes the next page show neither the trace of this request nor that of an earlier form. */
  static void stop(Context ctx) {
    ctx.attribute(SpanCollector.class.getName(), null);
    var unused = FormTrace.take(ctx);
  }

  /** Returns the waterfalls for the page: that of the form, if there is one, and its own. */
  public List<Waterfall> waterfalls() {
    return Stream.concat(
            form.map(trace -> Waterfall.of("trace.form", trace, url)).stream(),
            spans.map(all -> Waterfall.of("trace.page", all.toTrace(), url)).stream())
        .toList();
  }

  private static Optional<SpanCollector> spansOf(Context ctx) {
    return ctx.attribute(SpanCollector.class.getName()) instanceof SpanCollector spans
        ? Optional.of(spans)
        : Optional.empty();
  }
}
