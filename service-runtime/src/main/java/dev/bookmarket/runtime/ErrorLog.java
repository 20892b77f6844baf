package dev.bookmarket.runtime;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Logs unexpected exceptions with a random id. A caller receives only this id. */
public final class ErrorLog {
  /** Marks an event, of any level, as an error that a client caused. */
  public static final Marker PEER_FAULT = MarkerFactory.getMarker("peer-fault");

  private ErrorLog() {}

  /**
   * Logs an exception. If exceptions repeat at the same place within a minute, only the first ones
   * are logged; the others get the id of the last logged one.
   *
   * @param where the operation, such as the name of the RPC; without personal data
   * @return the id in the log, 16 hexadecimal digits
   */
  public static String log(Logger log, String where, Throwable exception) {
    var trace = new Trace();
    log.atError()
        .addKeyValue("trace", trace)
        .addKeyValue("where", where)
        .setCause(exception)
        .log("Unexpected failure");
    return trace.toString();
  }

  /**
   * The id of an exception; {@link LogRateLimiter} replaces it if the exception is only counted.
   */
  static final class Trace {
    private volatile String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    void replaceWith(String other) {
      id = other;
    }

    @Override
    public String toString() {
      return id;
    }
  }
}
