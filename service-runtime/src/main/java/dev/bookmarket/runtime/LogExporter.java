package dev.bookmarket.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.logs.Severity;

/**
 * Passes each event on, and exports it as a log record of OpenTelemetry with the text of its {@link
 * LogLine} and the ids of the current span. OpenTelemetry's own appender would export the messages
 * of libraries, which may quote what a visitor sent. Safe for concurrent use.
 */
final class LogExporter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final Appender<ILoggingEvent> target;

  LogExporter(Appender<ILoggingEvent> target) {
    this.target = target;
  }

  @Override
  protected void append(ILoggingEvent event) {
    target.doAppend(event);
    var level = event.getLevel();
    var severity = severityOf(level);
    var logger = Telemetry.get().getLogsBridge().get(event.getLoggerName());
    if (logger.isEnabled(severity)) {
      logger
          .logRecordBuilder()
          .setTimestamp(event.getInstant())
          .setSeverity(severity)
          .setSeverityText(level.toString())
          .setBody(LogLine.textOf(event))
          .emit();
    }
  }

  private static Severity severityOf(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> Severity.ERROR;
      case Level.WARN_INT -> Severity.WARN;
      case Level.INFO_INT -> Severity.INFO;
      case Level.DEBUG_INT -> Severity.DEBUG;
      default -> Severity.TRACE;
    };
  }
}
