package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Ends the processes of the tests even where the JVM of the tests is killed: a shell that reads
 * their ids, and kills those it still holds when its input ends. Safe for concurrent use.
 */
final class Leash {
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      held=' '
      while read -r verb pid; do
        case $verb in
          hold) held="$held$pid " ;;
          release) held="${held%% $pid *} ${held#* $pid }" ;;
        esac
      done
      kill -KILL $held 2>/dev/null
      """;

  private static @Nullable PrintStream shell;

  private Leash() {}

  /** Kills that process at the end of this one. */
  static void hold(long pid) {
    tell("hold " + pid);
  }

  /** Forgets a process that has ended, since its id may become another's. */
  static void release(long pid) {
    tell("release " + pid);
  }

  private static synchronized void tell(String line) {
    if (shell == null) {
      try {
        var process =
            ChildProcess.builder("sh", "-c", SCRIPT)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        shell = new PrintStream(process.getOutputStream(), true);
      } catch (IOException e) {
        // A machine without a shell: there, only the tests themselves end their processes.
        shell = new PrintStream(PrintStream.nullOutputStream());
      }
    }
    shell.print(line + "\n");
    shell.flush();
  }
}
