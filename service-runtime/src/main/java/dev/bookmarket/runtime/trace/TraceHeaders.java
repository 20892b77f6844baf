package dev.bookmarket.runtime.trace;

import io.grpc.Metadata;

/** The metadata by which a caller asks for the spans of a call and receives them. */
public final class TraceHeaders {
  private static final Metadata.Key<String> REQUESTED =
      Metadata.Key.of("bookmarket-trace-wanted", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> TRACE =
      Metadata.Key.of("bookmarket-trace", Metadata.ASCII_STRING_MARSHALLER);

  /** The longest trace in trailers, in bytes. */
  static final int MAX_LENGTH = 2 * 1024;

  private TraceHeaders() {}

  /** Asks the called process for its spans. */
  public static void request(Metadata headers) {
    headers.discardAll(REQUESTED);
    headers.put(REQUESTED, "1");
  }

  /** Returns whether a caller asks for the spans. */
  public static boolean isRequested(Metadata headers) {
    return headers.containsKey(REQUESTED);
  }

  /**
   * Returns a copy of trailers with the trace as JSON of at most 2,048 bytes; the last steps are
   * omitted.
   */
  public static Metadata withTrace(Metadata trailers, RequestTrace trace) {
    var json = trace.toJson();
    if (json.length() > MAX_LENGTH) {
      return withTrace(trailers, trace.shortened());
    }
    var copy = new Metadata(); // the endpoint may use the metadata for several calls
    copy.merge(trailers);
    copy.put(TRACE, json);
    return copy;
  }

  /** Returns the trace in headers or trailers; without steps unless it is valid and fits 2 KiB. */
  public static RequestTrace read(Metadata response) {
    var json = response.get(TRACE);
    return json == null || json.length() > MAX_LENGTH
        ? RequestTrace.EMPTY
        : RequestTrace.parse(json);
  }
}
