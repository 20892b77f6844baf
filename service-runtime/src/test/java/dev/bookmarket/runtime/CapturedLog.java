package dev.bookmarket.runtime;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captures what this process logs to stdout until it is closed. */
public final class CapturedLog implements AutoCloseable {
  private final PrintStream stdout = System.out;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private CapturedLog() {
    // Events of earlier tests do not count as repetitions.
    limiter().reset();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  /** Starts to capture. */
  public static CapturedLog begin() {
    return new CapturedLog();
  }

  /**
   * Returns the lines until now without those about lost services: shops that other tests started
   * without services log them at any time.
   */
  public List<String> lines() {
    return allLines().stream().filter(line -> !line.contains(" OutageLog - ")).toList();
  }

  /** Returns the lines until now. */
  public List<String> allLines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Logs the counts of repeated events, which otherwise follow a minute after the first one. */
  public void logCounts() {
    limiter().stop();
    limiter().start();
  }

  private static LogRateLimiter limiter() {
    return (LogRateLimiter)
        ((LoggerContext) LoggerFactory.getILoggerFactory())
            .getLogger(Logger.ROOT_LOGGER_NAME)
            .iteratorForAppenders()
            .next();
  }

  @Override
  public void close() {
    System.setOut(stdout);
  }
}
