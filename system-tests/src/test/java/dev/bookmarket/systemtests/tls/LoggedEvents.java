package dev.bookmarket.systemtests.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.bookmarket.systemtests.Polling;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Records the warnings and errors that this JVM logs until it is closed, also those that are only
 * counted in the output. Safe for concurrent use.
 */
final class LoggedEvents implements AutoCloseable {
  private final Logger logger = logger();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(text(event));
        }
      };

  private LoggedEvents() {
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  /** Starts to record. */
  static LoggedEvents begin() {
    return new LoggedEvents();
  }

  /** Returns the events so far with that message, each with its key-value pairs. */
  List<String> of(String message) {
    return events.stream().filter(event -> event.endsWith(" " + message)).toList();
  }

  /** Returns the connections that have failed at a server of this port, each with the reason. */
  List<String> failuresAt(int port) {
    var failure =
        "WARN client=/127\\.0\\.0\\.1:[0-9]+ server=/127\\.0\\.0\\.1:%s Connection failed: .*";
    return events.stream().filter(event -> event.matches(failure.formatted(port))).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
  }

  /** Waits while another test initializes logging. */
  private static Logger logger() {
    Polling.within(
        Duration.ofSeconds(30),
        () -> assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(LoggerContext.class));
    return (Logger) LoggerFactory.getLogger("dev.bookmarket");
  }

  private static String text(ILoggingEvent event) {
    var pairs = Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of());
    return Stream.concat(
            Stream.concat(
                Stream.of(event.getLevel().toString()),
                pairs.stream().map(pair -> pair.key + "=" + pair.value)),
            Stream.of(event.getMessage()))
        .collect(Collectors.joining(" "));
  }
}
