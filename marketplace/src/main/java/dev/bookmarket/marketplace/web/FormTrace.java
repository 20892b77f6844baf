package dev.bookmarket.marketplace.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bookmarket.runtime.trace.RequestTrace;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Passes the trace of a form to the page to which its response redirects, in a cookie of at most 1
 * KiB: any replica may render that page. The cookie is deleted when it is read.
 */
final class FormTrace {
  static final int MAX_COOKIE = 1024;

  private static final String COOKIE = "form-trace";
  private static final Duration AGE = Duration.ofMinutes(1);

  /** The longest trace in JSON; what a browser sends is read only up to this length. */
  private static final int MAX_JSON = 8 * 1024;

  private FormTrace() {}

  /**
   * Makes the next page show the trace, without its last steps (an eighth at a time) if they do not
   * fit.
   */
  static void write(Context ctx, RequestTrace trace) {
    var json = trace.toJson();
    var cookie = encode(json);
    if (json.length() <= MAX_JSON && cookie.length() <= MAX_COOKIE) {
      Cookies.write(ctx, COOKIE, cookie, AGE);
    } else {
      write(ctx, trace.shortened());
    }
  }

  /** Returns and deletes the trace of the form; empty if there is none, or an invalid one. */
  static Optional<RequestTrace> readAndDelete(Context ctx) {
    var cookie = Cookies.read(ctx, COOKIE, Optional::of);
    cookie.ifPresent(value -> Cookies.delete(ctx, COOKIE));
    return cookie
        .filter(value -> value.length() <= MAX_COOKIE)
        .flatMap(FormTrace::decode)
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
}
