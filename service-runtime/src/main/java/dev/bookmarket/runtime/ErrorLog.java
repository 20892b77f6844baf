package dev.bookmarket.runtime;

import io.opentelemetry.api.trace.Span;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Logs unexpected exceptions with an id: that of the current trace, or a random one outside of
 * traces. A caller receives only this id.
 */
public final class ErrorLog {
  /** Marks an event, of any level, as an error that a client caused. */
  public static final Marker PEER_FAULT = MarkerFactory.getMarker("peer-fault");

  private ErrorLog() {}

  /**
   * Logs an exception. If exceptions repeat at the same place within a minute, only the first ones
   * are logged; the others get the id of the last logged one.
   *
   * @param where the operation, such as the name of the RPC; without personal data
   * @return the id in the log: 32 hexadecimal digits of a trace, or 16 random ones
   */
  public static String log(Logger log, String where, Throwable exception) {
    var id = new ErrorId();
    log.atError()
        .addKeyValue("error_id", id)
        .addKeyValue("where", where)
        .setCause(exception)
        .log("Unexpected failure");
    return id.toString();
  }

  /**
   * The id of an exception; {@link LogRateLimiter} replaces it if the exception is only counted.
   */
  static final class ErrorId {
    private volatile String id = newId();

    private static String newId() {
      var span = Span.current().getSpanContext();
      return span.isValid()
          ? span.getTraceId()
          : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    void replaceWith(String other) {
      id = other;
    }

    @Override
    public String toString() {
      return id;
    }
  }
}
