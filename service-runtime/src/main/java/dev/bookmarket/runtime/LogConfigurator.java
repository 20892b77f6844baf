package dev.bookmarket.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configures Logback in all processes and tests: each event is one {@link LogLine} on stdout and
 * one log record of {@link LogExporter}, and {@link LogRateLimiter} limits repeated events. Logback
 * finds this class by {@code META-INF/services}.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /**
   * Libraries whose events are not logged: our code logs their failures, and Jetty's parser logs
   * only requests that it rejects with 400.
   */
  private static final List<String> SILENT =
      List.of(
          "com.zaxxer.hikari",
          "io.grpc.protobuf.services",
          "io.javalin",
          "org.eclipse.jetty.http",
          "org.eclipse.jetty.util.HostPort",
          "org.flywaydb",
          "org.postgresql",
          "org.sqlite",
          "org.thymeleaf");

  /** Libraries of which only errors are logged; OutageLog logs the loss of a service. */
  private static final List<String> ERRORS_ONLY =
      List.of(
          "io.grpc.internal.DnsNameResolver",
          "io.grpc.internal.ManagedChannelImpl",
          "org.apache.lucene");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var encoder = new LogLine();
    encoder.setContext(context);
    encoder.start();
    var stdout = new ConsoleAppender<ILoggingEvent>();
    stdout.setContext(context);
    stdout.setEncoder(encoder);
    stdout.start();
    var exporter = new LogExporter(stdout);
    exporter.setContext(context);
    exporter.start();
    var appender = new LogRateLimiter(exporter, WINDOW);
    appender.setContext(context);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    setLevel(context, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets the level of our code; libraries log at most the same level. */
  static void setLevel(String level) {
    setLevel(context(), Level.toLevel(level));
  }

  /** Logs the pending counts of repeated events; later events are lost. */
  static void stop() {
    context().stop();
  }

  private static void setLevel(LoggerContext context, Level level) {
    context.getLogger(LogLine.OUR_PACKAGE).setLevel(level);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(stricter(level, Level.WARN));
    SILENT.forEach(library -> context.getLogger(library).setLevel(Level.OFF));
    ERRORS_ONLY.forEach(
        library -> context.getLogger(library).setLevel(stricter(level, Level.ERROR)));
  }

  private static Level stricter(Level one, Level other) {
    return one.isGreaterOrEqual(other) ? one : other;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
