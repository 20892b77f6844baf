package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A process as a user starts it, usually a service from its jar. A test can stop, kill or suspend
 * the process; {@link #close} kills it. The output is saved in {@code target/logs}. Safe for
 * concurrent use.
 */
public final class ProcessUnderTest implements AutoCloseable {
  /** The root of the project. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** The java command of the JDK that runs this test. */
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Path LOGS = Path.of("target", "logs");
  private static final AtomicInteger started = new AtomicInteger();

  private final String name;
  private final Path output;
  private final Process process;

  private ProcessUnderTest(String name, Path output, Process process) {
    this.name = name;
    this.output = output;
    this.process = process;
  }

  /**
   * Starts a module's jar with only these environment variables, without waiting for it. The JVM
   * compiles with C1 only, unless an option enables C2.
   */
  public static ProcessUnderTest launch(
      String module, Map<String, String> variables, String... jvmOptions) {
    return launch(module, variables, List.of(jvmOptions), List.of());
  }

  /** Like the other method, with arguments. */
  static ProcessUnderTest launch(
      String module,
      Map<String, String> variables,
      List<String> jvmOptions,
      List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(JAVA);
    command.add("-XX:TieredStopAtLevel=1"); // halves the CPU time of a start
    command.addAll(ChildProcess.localeOptions());
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar(module)));
    command.addAll(arguments);
    var all = new HashMap<>(variables);
    if (module.equals(Processes.ALL_IN_ONE)) {
      all.putIfAbsent("ADMIN_PORT", "0"); // by default, it is one fixed port
    }
    return start(module, new ProcessBuilder(command), all);
  }

  /** Returns the path of a module's jar. */
  static String jar(String module) {
    var jar = ROOT.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: these tests run in `mvnw verify`");
    }
    return jar.toString();
  }

  /** Starts a command with only these environment variables, without waiting for it. */
  static ProcessUnderTest start(
      String name, ProcessBuilder builder, Map<String, String> variables) {
    ChildProcess.clean(builder.environment());
    builder.environment().putAll(variables);
    try {
      Files.createDirectories(LOGS);
      var output =
          LOGS.resolve(String.format(Locale.ROOT, "%02d-%s.log", started.incrementAndGet(), name));
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      var process = builder.start();
      ProcessReaper.add(process.pid());
      return new ProcessUnderTest(name, output, process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Starts the recommendations service and waits until it serves. */
  static ProcessUnderTest recommendations(String address, int port) {
    return recommendations(address, port, Map.of());
  }

  /** Like the other method, with additional variables. */
  static ProcessUnderTest recommendations(String address, int port, Map<String, String> more) {
    var variables = new HashMap<>(more);
    variables.put("RECOMMENDATIONS_PORT", String.valueOf(port));
    variables.put("BIND_ADDRESS", address);
    var service = launch("recommendations", variables);
    service.port();
    return service;
  }

  /**
   * Starts a marketplace with a recommendations service, and waits until it serves. After SIGTERM,
   * it drains longer than by default, because a test on a busy machine reacts slowly.
   */
  static ProcessUnderTest marketplace(
      String recommendationsHost, int recommendationsPort, String... jvmOptions) {
    var service =
        launch(
            "marketplace",
            Map.of(
                "MARKETPLACE_PORT",
                "0",
                "DRAIN_MS",
                "15000",
                "RECOMMENDATIONS_HOST",
                recommendationsHost,
                "RECOMMENDATIONS_PORT",
                String.valueOf(recommendationsPort)),
            jvmOptions);
    service.port();
    return service;
  }

  /** Waits until the process serves and returns its port. */
  public int port() {
    return Integer.parseInt(awaitLog("port=(\\d+) .*Serving").group(1));
  }

  /** Waits for a line of output that contains the pattern; fails if the process exits first. */
  public MatchResult awaitLog(String pattern) {
    var regex = Pattern.compile(pattern);
    var until = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      var exited = !process.isAlive();
      for (var line : log()) {
        var matcher = regex.matcher(line);
        if (matcher.find()) {
          return matcher.toMatchResult();
        }
      }
      if (exited || System.nanoTime() > until) {
        throw new AssertionError(
            name + " did not print \"" + pattern + "\", but:\n" + String.join("\n", log()));
      }
      pause();
    }
  }

  /** Returns all complete lines that the process has printed so far. */
  public List<String> log() {
    try {
      var text = Files.readString(output, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the process with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitEnd(TIMEOUT);
  }

  /** Sends SIGTERM; does not wait. */
  void terminate() {
    process.destroy();
  }

  /** Suspends the process with SIGSTOP: it hangs, and its sockets stay open. */
  void suspend() {
    signal("STOP");
  }

  /** Resumes a suspended process. */
  void resume() {
    signal("CONT");
  }

  /** Waits until the process exits and returns the exit code; fails after the timeout. */
  int awaitEnd(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "%s did not exit within %s:%n%s".formatted(name, timeout, String.join("\n", log())));
      }
      ProcessReaper.remove(process.pid());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Like {@link #awaitEnd(Duration)}, with a timeout of five minutes. */
  int awaitEnd() {
    return awaitEnd(TIMEOUT);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the running processes that this process has started, directly or indirectly. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  @Override
  public void close() {
    children().forEach(ProcessHandle::destroyForcibly);
    if (process.isAlive()) {
      kill();
    }
  }

  private void signal(String signal) {
    try {
      var kill = ChildProcess.builder("sh", "-c", "kill -" + signal + " " + process.pid()).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
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
}
