package dev.bookmarket.runtime;

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
    var severity = Severity.valueOf(event.getLevel().toString());
    var logger = Telemetry.get().getLogsBridge().get(event.getLoggerName());
    if (logger.isEnabled(severity)) {
      logger
          .logRecordBuilder()
          .setTimestamp(event.getInstant())
          .setSeverity(severity)
          .setSeverityText(severity.name())
          .setBody(LogLine.textOf(event))
          .emit();
    }
  }
}
