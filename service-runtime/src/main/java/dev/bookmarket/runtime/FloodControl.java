package dev.bookmarket.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Bounds how often the same kind of warning or error is logged. Within a window of time it passes
 * on the first ten of a kind if our code logs them, the first one if a library does, and none of a
 * fault that a peer caused. It counts the others, and logs the count at the end of the window.
 *
 * <p>Events are of the same kind if the same place in the code logged them, with a throwable from
 * the same place. Texts do not count, so a client cannot make new kinds. Safe for concurrent use.
 */
final class FloodControl extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /** Marks an event of our code, of any level, as a fault that a peer caused. */
  static final Marker PEER_FAULT = MarkerFactory.getMarker("peer-fault");

  /**
   * The packages that read what peers send, and warn of what they cannot read. Their errors are
   * ours.
   */
  private static final List<String> PROTOCOLS =
      List.of(
          "io.grpc.netty.shaded.io.",
          "org.eclipse.jetty.ee",
          "org.eclipse.jetty.http.",
          "org.eclipse.jetty.io.",
          "org.eclipse.jetty.server.internal.",
          "org.eclipse.jetty.util.HostPort");

  private static final int MAX_KINDS = 200;

  private final Appender<ILoggingEvent> target;
  private final Duration window;
  private final Map<String, Kind> kinds = new HashMap<>();

  FloodControl(Appender<ILoggingEvent> target, Duration window) {
    this.target = target;
    this.window = window;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var mayRepeat = event.getLevel().isGreaterOrEqual(Level.WARN) || isPeerFault(event);
    if (!mayRepeat || admits(nameOf(event), event)) {
      target.doAppend(event);
    }
  }

  /** Logs what has been counted so far. */
  @Override
  public void stop() {
    super.stop();
    forget().forEach(this::logCount);
  }

  /** Begins to count anew; returns what has been counted so far. */
  synchronized List<Kind> forget() {
    var counted = List.copyOf(kinds.values());
    kinds.clear();
    return counted;
  }

  private synchronized boolean admits(String name, ILoggingEvent event) {
    var isBounded = kinds.containsKey(name) || kinds.size() < MAX_KINDS;
    return kinds
        .computeIfAbsent(isBounded ? name : "all other kinds", key -> begin(key, event))
        .admits(event);
  }

  private Kind begin(String name, ILoggingEvent event) {
    var kind = new Kind(event, isPeerFault(event) ? 0 : LogLine.isOurs(event) ? 10 : 1);
    CompletableFuture.delayedExecutor(window.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              if (end(name, kind)) {
                logCount(kind);
              }
            });
    return kind;
  }

  private synchronized boolean end(String name, Kind kind) {
    return kinds.remove(name, kind);
  }

  private void logCount(Kind kind) {
    var first = kind.first;
    var isPeerFault = isPeerFault(first);
    var logger =
        ((LoggerContext) getContext())
            .getLogger(isPeerFault ? FloodControl.class.getName() : first.getLoggerName());
    var level = isPeerFault ? Level.INFO : first.getLevel();
    if (kind.repeated == 0 || !logger.isEnabledFor(level)) {
      return;
    }
    var count =
        isPeerFault
            ? new LoggingEvent(null, logger, level, "Faults caused by peers", null, null)
            : new LoggingEvent(
                null, logger, level, first.getMessage(), LogLine.faultOf(first), null);
    count.setCallerData(first.getCallerData());
    count.addKeyValuePair(new KeyValuePair("repeated", kind.repeated));
    count.addKeyValuePair(new KeyValuePair("seconds", window.toSeconds()));
    if (isPeerFault) {
      count.addKeyValuePair(new KeyValuePair("kind", nameOf(first)));
    }
    target.doAppend(count);
  }

  private static boolean isPeerFault(ILoggingEvent event) {
    @Nullable List<Marker> markers = event.getMarkerList();
    return (markers != null && markers.contains(PEER_FAULT))
        || (event.getLevel() == Level.WARN
            && PROTOCOLS.stream().anyMatch(event.getLoggerName()::startsWith));
  }

  private static String nameOf(ILoggingEvent event) {
    @Nullable Throwable fault = LogLine.faultOf(event);
    if (!LogLine.isOurs(event)) {
      return LogLine.placeOf(event) + (fault == null ? "" : " " + fault.getClass().getName());
    }
    return event.getLoggerName()
        + " "
        + event.getMessage()
        + (fault == null ? "" : " " + LogLine.withoutMessages(fault));
  }

  /** The events of one kind in one window. */
  static final class Kind {
    private final ILoggingEvent first;
    private final int limit;
    private int admitted;
    private long repeated;
    private String trace = "";

    private Kind(ILoggingEvent first, int limit) {
      this.first = first;
      this.limit = limit;
    }

    /** An incident that is not logged takes the id of the last one of its kind that is. */
    private boolean admits(ILoggingEvent event) {
      var admits = admitted < limit;
      for (var pair : LogLine.keyValuePairs(event)) {
        if (pair.value instanceof Incident.Trace id) {
          trace = admits || trace.isEmpty() ? id.toString() : id.takes(trace);
        }
      }
      if (admits) {
        admitted++;
      } else {
        repeated++;
      }
      return admits;
    }
  }
}
