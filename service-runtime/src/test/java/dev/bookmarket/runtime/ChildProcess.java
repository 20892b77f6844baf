package dev.bookmarket.runtime;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Starts processes of tests with an environment that does not depend on the variables of the user,
 * and with the locale of this JVM.
 */
public final class ChildProcess {
  /**
   * The variables that programs need to find other programs, files and the container engine. The
   * rest can change output or behaviour: options of JVMs and Maven, languages, proxies.
   */
  private static final Pattern KEPT =
      Pattern.compile(
          "(?i)PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|XDG_.*|MAVEN_USER_HOME"
              + "|(DOCKER|COMPOSE|BUILDKIT|TESTCONTAINERS|FONTCONFIG)_.*|KUBECONFIG"
              + "|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|(LOCAL)?APPDATA|PROGRAM.*");

  /** English messages, and UTF-8 file names, which a JVM needs to open all paths. */
  static final Map<String, String> LANGUAGE = Map.of("LC_ALL", "C.UTF-8");

  private ChildProcess() {}

  /** Returns a builder for a command in the cleaned environment. */
  public static ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    clean(builder.environment());
    return builder;
  }

  /** Returns a builder for a command in the cleaned environment. */
  public static ProcessBuilder builder(String... command) {
    return builder(List.of(command));
  }

  /** Removes from an environment what a child process must not inherit. */
  public static void clean(Map<String, String> environment) {
    environment.keySet().removeIf(name -> !KEPT.matcher(name).matches());
    environment.putAll(LANGUAGE);
  }

  /** Returns the environment of {@link #builder}. */
  public static Map<String, String> environment() {
    return builder("unused").environment();
  }

  /** Returns the options, such as {@code -Duser.language=tr}, that set the locale of this JVM. */
  public static List<String> localeOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option -> option.matches("-Duser\\.(language|country|script|variant|extensions)=.*"))
        .toList();
  }
}
