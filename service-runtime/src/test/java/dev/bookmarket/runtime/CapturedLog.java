package dev.bookmarket.runtime;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process logs, which is what it prints on stdout, from now until it is closed. */
public final class CapturedLog implements AutoCloseable {
  private final PrintStream stdout = System.out;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private CapturedLog() {
    // An event that repeats one of an earlier test is not a repetition here.
    var appenders =
        ((LoggerContext) LoggerFactory.getILoggerFactory())
            .getLogger(Logger.ROOT_LOGGER_NAME)
            .iteratorForAppenders();
    appenders.forEachRemaining(appender -> ((FloodControl) appender).reset());
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  /** Begins to capture. */
  public static CapturedLog begin() {
    return new CapturedLog();
  }

  /**
   * The lines so far, without those about lost backends: a shop that another test started without
   * its backends logs them at any time.
   */
  public List<String> lines() {
    return allLines().stream().filter(line -> !line.contains(" OutageLog - ")).toList();
  }

  /** The lines so far. */
  public List<String> allLines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Override
  public void close() {
    System.setOut(stdout);
  }
}
