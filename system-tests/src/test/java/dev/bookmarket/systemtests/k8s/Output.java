package dev.bookmarket.systemtests.k8s;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The output and the exit code of a command. */
public record Output(List<String> command, int exitCode, String text) {
  /**
   * Runs a command and waits for its end, for at most three minutes.
   *
   * @throws IllegalStateException if it cannot be started
   */
  public static Output of(List<String> command) {
    return of(command, Duration.ofMinutes(3));
  }

  /**
   * Runs a command and waits for its end, with a time limit.
   *
   * @throws IllegalStateException if it cannot be started
   */
  public static Output of(List<String> command, Duration bound) {
    try {
      var file = Files.createTempFile("output", ".txt");
      try {
        var builder = ChildProcess.builder(command).redirectErrorStream(true);
        var process = builder.redirectOutput(file.toFile()).start();
        if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end within " + bound);
        }
        var text = Files.readString(file, StandardCharsets.UTF_8);
        return new Output(command, process.exitValue(), text);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * Returns the text.
   *
   * @throws AssertionError with the last lines of the text if the exit code is not 0
   */
  public String orFail() {
    if (exitCode != 0) {
      var lines = text.lines().toList();
      var last = lines.subList(Math.max(0, lines.size() - 60), lines.size());
      throw new AssertionError(
          command + " exited with " + exitCode + ":\n" + String.join("\n", last));
    }
    return text;
  }
}
