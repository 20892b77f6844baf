package dev.bookmarket.marketplace.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What a page shows about how it was made. A form passes its trace to the page to which its
 * response redirects, in a cookie of at most 1 KiB: any replica may render that page. The cookie is
 * deleted when it is read.
 *
 * @param spans the steps of its request; empty if the visitor does not want to see them
 * @param form the steps of the form that led to it
 * @param url the address of a tracing backend with {@code {trace_id}}; empty if there is none
 * @param values collects the trace ids and numbers, for which the waterfalls have placeholders
 */
public record PageTrace(
    Optional<SpanCollector> spans, Optional<RequestTrace> form, String url, Placeholders values) {
  private static final String COOKIE = "form-trace";
  private static final int MAX_COOKIE = 1024;

  /** How many cookies are read until one is readable, because each costs CPU time. */
  private static final int MAX_COOKIES = 10;

  /** The longest trace in JSON; what a browser sends is read only up to this length. */
  private static final int MAX_JSON = 8 * 1024;

  /** The trace of a page that shows none. */
  static final PageTrace NONE =
      new PageTrace(Optional.empty(), Optional.empty(), "", new Placeholders());

  /**
   * Returns the trace of a request; {@link #NONE} unless the switch is on. Then also deletes the
   * cookie with the trace of the form before it.
   */
  static PageTrace of(Context ctx, String url) {
    var spans = spansOf(ctx);
    return spans.isEmpty()
        ? NONE
        : new PageTrace(spans, readAndDelete(ctx), url, new Placeholders());
  }

  /**
   * Passes the trace of a form that redirects (a POST with status 303) to the page to which it
   * leads, if the switch is on.
   */
  public static void passToNextPage(Context ctx) {
    if (ctx.method() == HandlerType.POST && ctx.status() == HttpStatus.SEE_OTHER) {
      spansOf(ctx).ifPresent(spans -> write(ctx, spans.toTrace()));
    }
  }

  /**
   * Makes the next page show neither the trace of this request nor that of an earlier form. Removes
   * the collector, so that {@link #passToNextPage} writes no cookie after this redirect.
   */
  static void discard(Context ctx) {
    ctx.attribute(SpanCollector.class.getName(), null);
    var unused = readAndDelete(ctx);
  }

  /** Returns the waterfalls for the page: that of the form, if there is one, and its own. */
  public List<Waterfall> waterfalls() {
    // The page's own trace first: its placeholders are part of a key of the cache, so they must not
    // depend on the form's trace, which a browser sends.
    var own = spans.map(all -> Waterfall.of(Waterfall.PAGE, all.toTrace(), url, values));
    var ofForm = form.map(trace -> Waterfall.of("trace.form", trace, url, values));
    return Stream.concat(ofForm.stream(), own.stream()).toList();
  }

  /**
   * Writes the trace of a form to the cookie. While it does not fit, omits the last eighth of its
   * steps.
   */
  static void write(Context ctx, RequestTrace trace) {
    var json = trace.toJson();
    var cookie = encode(json);
    if (json.length() <= MAX_JSON && cookie.length() <= MAX_COOKIE) {
      Cookies.write(ctx, COOKIE, cookie, Duration.ofMinutes(1));
    } else {
      write(ctx, trace.shortened());
    }
  }

  /** Returns and deletes the trace of the form; empty if there is none, or an invalid one. */
  static Optional<RequestTrace> readAndDelete(Context ctx) {
    Cookies.read(ctx, COOKIE, Optional::of).ifPresent(any -> Cookies.delete(ctx, COOKIE));
    var remaining = new AtomicInteger(MAX_COOKIES);
    return Cookies.read(
        ctx, COOKIE, value -> remaining.getAndDecrement() > 0 ? traceIn(value) : Optional.empty());
  }

  private static Optional<RequestTrace> traceIn(String cookie) {
    return Optional.of(cookie)
        .filter(value -> value.length() <= MAX_COOKIE)
        .flatMap(PageTrace::decode)
        .map(RequestTrace::parse)
        .filter(trace -> !trace.steps().isEmpty());
  }

  private static String encode(String json) {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(json.getBytes(US_ASCII));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  private static Optional<String> decode(String cookie) {
    try (var json =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(cookie)))) {
      return Optional.of(new String(json.readNBytes(MAX_JSON), US_ASCII));
    } catch (IOException | IllegalArgumentException invalid) {
      return Optional.empty();
    }
  }

  private static Optional<SpanCollector> spansOf(Context ctx) {
    return Optional.ofNullable(ctx.attribute(SpanCollector.class.getName()));
  }
}
