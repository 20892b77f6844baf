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
 * Limits how often the same kind of event is logged. Within a time window, this appender logs:
 *
 * <ul>
 *   <li>the first ten warnings or errors of a kind that our code logs,
 *   <li>the first one that a library logs,
 *   <li>none of the errors that a client caused, and no failure to export telemetry.
 * </ul>
 *
 * <p>It counts the others and logs the count at the end of the window. Events of our code have the
 * same kind if logger, message template and the place that threw the exception are equal; events of
 * a library if the place that logged them is equal. A kind never contains text from clients, so
 * clients cannot create new kinds. At most {@link #MAX_KINDS} kinds are counted separately. Safe
 * for concurrent use.
 */
final class LogRateLimiter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /**
   * Packages that parse the bytes of clients. Clients cause their warnings, unless our code may
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

  /** Who caused an event. The limit is the number of events of one kind to log in a window. */
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

  LogRateLimiter(Appender<ILoggingEvent> target, Duration window) {
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
            isKnown ? name : "other kinds, " + source, key -> start(key, source, event.getLevel()))
        .admits(event);
  }

  private Kind start(String name, Source source, Level level) {
    var kind = new Kind(name, source, level);
    CompletableFuture.delayedExecutor(window.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              if (remove(kind)) {
                logCount(kind);
              }
            });
    return kind;
  }

  private synchronized boolean remove(Kind kind) {
    return kinds.remove(kind.name, kind);
  }

  private void logCount(Kind kind) {
    var isPeerFault = kind.source == Source.PEER;
    var level = isPeerFault ? Level.INFO : kind.level;
    var logger = ((LoggerContext) getContext()).getLogger(LogRateLimiter.class);
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
        || isFailedExport(event)
        || (event.getLevel() == Level.WARN
            && PROTOCOLS.stream().anyMatch(event.getLoggerName()::startsWith)
            && !isPossiblyFromOurCode(event.getLoggerName(), LogLine.faultOf(event)));
  }

  /** Returns whether the event reports that telemetry could not be exported. */
  private static boolean isFailedExport(ILoggingEvent event) {
    var logger = event.getLoggerName();
    return logger.startsWith("io.opentelemetry.") && logger.contains(".export");
  }

  /** Returns whether our code may have thrown the exception: our handlers run only in Jetty. */
  private static boolean isPossiblyFromOurCode(String logger, @Nullable Throwable fault) {
    return logger.startsWith("org.eclipse.jetty.")
        && fault != null
        && !(fault instanceof IOException)
        && !fault.getClass().getName().startsWith("org.eclipse.jetty.");
  }

  private static String nameOf(ILoggingEvent event) {
    @Nullable Throwable fault = LogLine.faultOf(event);
    if (isFailedExport(event)) {
      return "export of telemetry";
    }
    if (!LogLine.isOurs(event)) {
      return LogLine.placeOf(event) + (fault == null ? "" : " " + fault.getClass().getName());
    }
    var name = LogLine.shortName(event.getLoggerName()) + ": " + event.getMessage();
    return fault == null ? name : name + " " + LogLine.withoutMessages(fault);
  }

  /** The events of one kind in one window. */
  static final class Kind {
    private final long startNanos = System.nanoTime();
    private final String name;
    private final Source source;
    private final Level level;
    private int admitted;
    private long repeated;
    private String errorId = "";

    private Kind(String name, Source source, Level level) {
      this.name = name;
      this.source = source;
      this.level = level;
    }

    /** Returns whether to log the event; otherwise, it gets the id of the last logged one. */
    private boolean admits(ILoggingEvent event) {
      var admits = admitted < source.limit;
      for (var pair : LogLine.keyValuePairs(event)) {
        if (pair.value instanceof ErrorLog.ErrorId id) {
          if (admits || errorId.isEmpty()) {
            errorId = id.toString();
          } else {
            id.replaceWith(errorId);
          }
        }
      }
      if (admits) {
        admitted++;
      } else {
        repeated++;
      }
      return admits;
    }

    /** Returns the seconds since the first event, rounded up. */
    private long seconds() {
      return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos) + 1;
    }
  }
}
