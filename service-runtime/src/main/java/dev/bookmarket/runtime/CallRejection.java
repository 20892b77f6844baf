package dev.bookmarket.runtime;

import io.grpc.Metadata;
import io.grpc.Status;

/**
 * The response of a server that rejects a call because of overload, before its handler starts. The
 * call had no effect.
 */
public final class CallRejection {
  /** The status of a rejected call. */
  public static final Status STATUS =
      Status.RESOURCE_EXHAUSTED.withDescription("The server is overloaded");

  private static final Metadata.Key<String> NOT_STARTED =
      Metadata.Key.of("bookmarket-not-started", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * A negative value forbids retries. Source: <a
   * href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md">gRPC A6</a>.
   */
  private static final Metadata.Key<String> RETRY_PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private CallRejection() {}

  /** Returns trailers that mark the call as not started and forbid retries. */
  public static Metadata trailers() {
    var trailers = new Metadata();
    trailers.put(NOT_STARTED, "true");
    trailers.put(RETRY_PUSHBACK, "-1");
    return trailers;
  }

  /** Returns whether a call failed because the server rejected it before its handler started. */
  public static boolean isCauseOf(Throwable failure) {
    var trailers = Status.trailersFromThrowable(failure);
    return trailers != null && trailers.containsKey(NOT_STARTED);
  }
}
