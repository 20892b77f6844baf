package dev.bookmarket.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service in a process of its own, started from its jar as a user would start it, and stopped,
 * killed or paused. Not safe for concurrent use, but for its log.
 */
final class ServiceUnderTest implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final String name;
  private final Process process;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private ServiceUnderTest(String name, Process process) {
    this.name = name;
    this.process = process;
    reader = new Thread(this::read, name + "-log");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a module's jar with these variables and no other of the shop's; does not wait for it.
   */
  static ServiceUnderTest launch(
      String module, Map<String, String> variables, String... jvmOptions) {
    var jar = ROOT.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: these tests run in `mvnw verify`");
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-jar", jar.toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(ServiceUnderTest::isOurs);
    builder.environment().putAll(variables);
    try {
      return new ServiceUnderTest(module, builder.start());
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + module, e);
    }
  }

  /** Starts the recommendations service on a free port of an address, and waits until it serves. */
  static ServiceUnderTest recommendations(String address, int port) {
    var service =
        launch(
            "recommendations",
            Map.of(
                "RECOMMENDATIONS_PORT",
                String.valueOf(port),
                "BIND_ADDRESS",
                address,
                "DRAIN_MS",
                "0"));
    service.awaitLog("port=(\\d+) Serving gRPC");
    return service;
  }

  /** The port that it said it serves on. */
  int port() {
    return Integer.parseInt(awaitLog("port=(\\d+) .*Serving").group(1));
  }

  /** Waits for a line of its output that holds the pattern; fails if it ends first. */
  MatchResult awaitLog(String pattern) {
    var regex = Pattern.compile(pattern);
    var until = System.nanoTime() + START.toNanos();
    while (true) {
      var ended = !process.isAlive() && !reader.isAlive();
      for (var line : log) {
        var matcher = regex.matcher(line);
        if (matcher.find()) {
          return matcher.toMatchResult();
        }
      }
      if (ended || System.nanoTime() > until) {
        throw new AssertionError(
            name + " never said \"" + pattern + "\", but:\n" + String.join("\n", log));
      }
      pause();
    }
  }

  /** All that it has printed so far. */
  List<String> log() {
    return log;
  }

  /** Stops it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to stop, as SIGTERM does; does not wait. */
  void terminate() {
    process.destroy();
  }

  /** Stops it from running without ending it: hung, its sockets open. */
  void suspend() {
    signal("STOP");
  }

  /** Ends {@link #suspend()}. */
  void resume() {
    signal("CONT");
  }

  /** Waits for its end and answers the exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(START.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " did not end");
      }
      reader.join(START.toMillis());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void signal(String signal) {
    try {
      var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + signal + " failed");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void read() {
    try (var lines = process.inputReader()) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
      }
    } catch (IOException e) {
      log.add("(output ended: " + e.getMessage() + ")");
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static boolean isOurs(String variable) {
    return variable.endsWith("_PORT")
        || variable.endsWith("_HOST")
        || variable.endsWith("_MS")
        || List.of("BIND_ADDRESS", "CATALOGUE_FILE", "LOG_LEVEL").contains(variable);
  }
}
