package dev.bookmarket.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Limits how often the same kind of event is logged. Within a window of time, this appender passes
 * on:
 *
 * <ul>
 *   <li>the first ten warnings or errors of a kind that our code logs,
 *   <li>the first one that a library logs,
 *   <li>none of the faults that a peer caused.
 * </ul>
 *
 * <p>It counts the others and logs the count at the end of the window. A kind is a logger of our
 * code with its message template and the place that threw the exception, or the place in a library
 * that logged the event. Texts of clients are never part of a kind, so a client cannot make new
 * kinds; at most {@link #MAX_KINDS} are distinguished. Safe for concurrent use.
 */
final class FloodControl extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /**
   * Packages that parse what peers send. Their warnings are peer faults, except where our code may
   * have thrown the exception.
   */
  private static final List<String> PROTOCOLS =
      List.of(
          "io.grpc.netty.shaded.io.grpc.netty.",
          "io.grpc.netty.shaded.io.netty.channel.",
          "io.grpc.netty.shaded.io.netty.handler.",
          "org.eclipse.jetty.ee",
          "org.eclipse.jetty.io.",
          "org.eclipse.jetty.server.internal.");

  private static final int MAX_KINDS = 200;

  /** Whose fault an event is, and how many of a kind are logged in a window. */
  private enum Source {
    OURS(10),
    LIBRARY(1),
    PEER(0);

    private final int limit;

    Source(int limit) {
      this.limit = limit;
    }

    static Source of(ILoggingEvent event) {
      if (isPeerFault(event)) {
        return PEER;
      }
      return LogLine.isOurs(event) ? OURS : LIBRARY;
    }
  }

  private final Appender<ILoggingEvent> target;
  private final Duration window;
  private final Map<String, Kind> kinds = new HashMap<>();

  FloodControl(Appender<ILoggingEvent> target, Duration window) {
    this.target = target;
    this.window = window;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var source = Source.of(event);
    var mayRepeat = source == Source.PEER || event.getLevel().isGreaterOrEqual(Level.WARN);
    if (!mayRepeat || admits(nameOf(event), source, event)) {
      target.doAppend(event);
    }
  }

  /** Logs all counts. */
  @Override
  public void stop() {
    super.stop();
    reset().forEach(this::logCount);
  }

  /** Removes and returns all counts. */
  synchronized List<Kind> reset() {
    var counted = List.copyOf(kinds.values());
    kinds.clear();
    return counted;
  }

  private synchronized boolean admits(String name, Source source, ILoggingEvent event) {
    var isKnown = kinds.containsKey(name) || kinds.size() < MAX_KINDS;
    return kinds
        .computeIfAbsent(
            isKnown ? name : "other kinds, " + source, key -> begin(key, source, event.getLevel()))
        .admits(event);
  }

  private Kind begin(String name, Source source, Level level) {
    var kind = new Kind(name, source, level);
    CompletableFuture.delayedExecutor(window.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              if (end(kind)) {
                logCount(kind);
              }
            });
    return kind;
  }

  private synchronized boolean end(Kind kind) {
    return kinds.remove(kind.name, kind);
  }

  private void logCount(Kind kind) {
    var isPeerFault = kind.source == Source.PEER;
    var level = isPeerFault ? Level.INFO : kind.level;
    var logger = ((LoggerContext) getContext()).getLogger(FloodControl.class);
    if (kind.repeated == 0 || !logger.isEnabledFor(level)) {
      return;
    }
    var message = isPeerFault ? "Faults caused by peers" : "Repeated events";
    var count = new LoggingEvent(null, logger, level, message, null, null);
    count.addKeyValuePair(new KeyValuePair("repeated", kind.repeated));
    count.addKeyValuePair(new KeyValuePair("seconds", kind.seconds()));
    count.addKeyValuePair(new KeyValuePair("kind", kind.name));
    target.doAppend(count);
  }

  private static boolean isPeerFault(ILoggingEvent event) {
    @Nullable List<Marker> markers = event.getMarkerList();
    return (markers != null && markers.contains(ErrorLog.PEER_FAULT))
        || (event.getLevel() == Level.WARN
            && PROTOCOLS.stream().anyMatch(event.getLoggerName()::startsWith)
            && !isPossiblyOurs(event.getLoggerName(), LogLine.faultOf(event)));
  }

  /** Our handlers run inside Jetty, but not inside netty. */
  private static boolean isPossiblyOurs(String logger, @Nullable Throwable fault) {
    return logger.startsWith("org.eclipse.jetty.")
        && fault != null
        && !(fault instanceof IOException)
        && !fault.getClass().getName().startsWith("org.eclipse.jetty.");
  }

  private static String nameOf(ILoggingEvent event) {
    @Nullable Throwable fault = LogLine.faultOf(event);
    if (!LogLine.isOurs(event)) {
      return LogLine.placeOf(event) + (fault == null ? "" : " " + fault.getClass().getName());
    }
    var name = LogLine.shortName(event.getLoggerName()) + ": " + event.getMessage();
    return fault == null ? name : name + " " + LogLine.withoutMessages(fault);
  }

  /** The events of one kind in one window. */
  static final class Kind {
    private final long begin = System.nanoTime();
    private final String name;
    private final Source source;
    private final Level level;
    private int admitted;
    private long repeated;
    private String trace = "";

    private Kind(String name, Source source, Level level) {
      this.name = name;
      this.source = source;
      this.level = level;
    }

    /** An incident that is only counted gets the id of the last one of its kind in the log. */
    private boolean admits(ILoggingEvent event) {
      var admits = admitted < source.limit;
      for (var pair : LogLine.keyValuePairs(event)) {
        if (pair.value instanceof ErrorLog.Trace id) {
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

    /** Returns the seconds that have been counted, rounded up. */
    private long seconds() {
      return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + 1;
    }
  }
}
