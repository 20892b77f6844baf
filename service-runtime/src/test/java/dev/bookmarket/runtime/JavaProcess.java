package dev.bookmarket.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process for tests of start, stop, exit code and output. It has the class path of the tests.
 * Safe for concurrent use.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final List<String> output = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<Thread> readers;

  private JavaProcess(Process process) {
    this.process = process;
    readers = List.of(read(process.inputReader(), output), read(process.errorReader(), errors));
  }

  /** Starts a main class with only these environment variables; does not wait. */
  public static JavaProcess start(
      Class<?> main, Map<String, String> variables, List<String> jvmOptions, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Like the manifests of our jars: without it, JDK 24 and later warn on stderr.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(ChildProcess.localeOptions());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    var builder = ChildProcess.builder(command);
    builder.environment().keySet().retainAll(ChildProcess.LANGUAGE.keySet());
    builder.environment().putAll(variables);
    try {
      return new JavaProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line on stdout that matches; fails if the process exits without it. */
  public MatchResult awaitOutput(String pattern) {
    var regex = Pattern.compile(pattern);
    var until = System.nanoTime() + PATIENCE.toNanos();
    synchronized (output) {
      while (true) {
        for (var line : output) {
          var matcher = regex.matcher(line);
          if (matcher.find()) {
            return matcher.toMatchResult();
          }
        }
        var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0 || !readers.get(0).isAlive()) {
          throw new AssertionError(
              "never said \"%s\", but%n%s%n%s"
                  .formatted(pattern, String.join("\n", output), String.join("\n", errors())));
        }
        waitFor(output, left);
      }
    }
  }

  /** Returns the lines on stdout until now. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** Returns the lines on stderr until now. */
  public List<String> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  /** Sends SIGTERM; does not wait. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy() would close the output as well
  }

  /** Waits until the process has exited and all output is read; returns the exit code. */
  public int awaitEnd() {
    return uninterrupted(
        () -> {
          if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("did not end, but said\n" + String.join("\n", output()));
          }
          for (var reader : readers) {
            reader.join(PATIENCE.toMillis());
          }
          return process.exitValue();
        });
  }

  @Override
  public void close() {
    process.destroyForcibly();
    uninterrupted(process::waitFor);
  }

  private static Thread read(BufferedReader from, List<String> to) {
    var reader =
        new Thread(
            () -> {
              try (from) {
                for (@Nullable String line = from.readLine();
                    line != null;
                    line = from.readLine()) {
                  synchronized (to) {
                    to.add(line);
                    to.notifyAll();
                  }
                }
              } catch (IOException e) {
                // the process was killed
              }
            },
            "process-output");
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  /** Polls, because there is no notification at the end of the output. */
  private static void waitFor(Object lines, long millis) {
    uninterrupted(
        () -> {
          lines.wait(Math.min(millis, 50));
          return true;
        });
  }

  private interface Waiting<T> {
    T get() throws InterruptedException;
  }

  private static <T> T uninterrupted(Waiting<T> waiting) {
    try {
      return waiting.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
