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
 * A JVM of its own, for tests of what only a whole process does: start, stop, exit code, output. It
 * has the class path of the tests. Safe for concurrent use.
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

  /** Starts a main class with these environment variables and no others; does not wait for it. */
  public static JavaProcess start(
      Class<?> main, Map<String, String> variables, List<String> jvmOptions, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the manifest of a runnable jar should say; JDK 24 and later warn on stderr otherwise.
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

  /** Waits for a line on stdout that holds the pattern; fails where the process ends without it. */
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

  /** The lines on stdout so far. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** The lines on stderr so far. */
  public List<String> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  /** Asks it to stop, as SIGTERM does; does not wait. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy() would close the output as well
  }

  /** Waits for its end and for all of its output; answers the exit code. */
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
                // The pipe of a process that was killed.
              }
            },
            "process-output");
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  /** In short steps: the end of the output notifies nobody. */
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
