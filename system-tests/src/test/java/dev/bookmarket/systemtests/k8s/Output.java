package dev.bookmarket.systemtests.k8s;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a command printed, and how it ended. */
record Output(List<String> command, int exitCode, String text) {
  /**
   * Runs a command to its end, for a minute at most.
   *
   * @throws IllegalStateException if it cannot be started
   */
  static Output of(List<String> command) {
    try {
      var file = Files.createTempFile("output", ".txt");
      try {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var process = builder.redirectOutput(file.toFile()).start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end");
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

  /** Its text; fails where the command did. */
  String orFail() {
    if (exitCode != 0) {
      throw new AssertionError(command + " ended with " + exitCode + ":\n" + text);
    }
    return text;
  }
}
