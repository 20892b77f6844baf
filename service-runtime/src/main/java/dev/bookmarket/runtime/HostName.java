package dev.bookmarket.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds the name of the machine, pod or container that this process runs on. */
final class HostName {
  /** Nobody waits longer for a name that only people read. */
  private static final long LOOK_UP_MILLIS = 500;

  /** The longest name that DNS allows. */
  private static final int MAX_LENGTH = 253;

  private HostName() {}

  /**
   * That of the environment, or else what the system says; in printable ASCII without blanks, which
   * a header can carry.
   *
   * @param inEnvironment the variable HOSTNAME, which every container has
   */
  static String find(@Nullable String inEnvironment) {
    return readable(
        inEnvironment != null && !inEnvironment.isBlank()
            ? inEnvironment
            // Asks DNS on some machines, for as long as that takes.
            : CompletableFuture.supplyAsync(HostName::ofSystem)
                .completeOnTimeout("localhost", LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)
                .join());
  }

  static String ofSystem() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static String readable(String name) {
    var printable = name.strip().replaceAll("[^!-~]", "?");
    return printable.substring(0, Math.min(printable.length(), MAX_LENGTH));
  }
}
