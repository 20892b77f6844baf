package dev.bookmarket.runtime;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** A fault of ours: logged under a random id, which is all that the caller gets to see of it. */
public final class ErrorLog {
  /** Marks an event of our code, of any level, as a fault that a peer caused. */
  public static final Marker PEER_FAULT = MarkerFactory.getMarker("peer-fault");

  private ErrorLog() {}

  /**
   * Logs the fault. Of faults from the same place that repeat within a minute, the first ones are
   * logged; the others share the id of the last that was.
   *
   * @param where what was being done, such as the name of the RPC; nothing of a visitor's
   * @return the id under which the log tells of it, 16 hexadecimal digits
   */
  public static String log(Logger log, String where, Throwable fault) {
    var trace = new Trace();
    log.atError()
        .addKeyValue("trace", trace)
        .addKeyValue("where", where)
        .setCause(fault)
        .log("Unexpected failure");
    return trace.toString();
  }

  /** The id of an incident; replaced by {@link FloodControl} if the incident is only counted. */
  static final class Trace {
    private volatile String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    String takes(String other) {
      id = other;
      return other;
    }

    @Override
    public String toString() {
      return id;
    }
  }
}
