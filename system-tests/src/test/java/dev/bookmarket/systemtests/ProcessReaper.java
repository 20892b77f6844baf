package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Kills the processes of the tests even if the JVM of the tests is killed: a shell reads their ids
 * and kills the registered processes when its input ends. Safe for concurrent use.
 */
final class ProcessReaper {
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      pids=' '
      while read -r verb pid; do
        case $verb in
          add) pids="$pids$pid " ;;
          remove) pids="${pids%% $pid *} ${pids#* $pid }" ;;
        esac
      done
      kill -KILL $pids 2>/dev/null
      """;

  private static @Nullable PrintStream shell;

  private ProcessReaper() {}

  /** Registers a process, to be killed when this JVM exits. */
  static void add(long pid) {
    send("add " + pid);
  }

  /** Removes a process that has exited, because its id can be reused. */
  static void remove(long pid) {
    send("remove " + pid);
  }

  private static synchronized void send(String line) {
    if (shell == null) {
      try {
        var process =
            ChildProcess.builder("sh", "-c", SCRIPT)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        shell = new PrintStream(process.getOutputStream(), true);
      } catch (IOException e) {
        // Without a shell, only the tests themselves stop their processes.
        shell = new PrintStream(PrintStream.nullOutputStream());
      }
    }
    shell.print(line + "\n");
    shell.flush();
  }
}
