package dev.bookmarket.runtime;

import io.grpc.Metadata;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The name of this replica: its machine, pod or container. */
public final class ReplicaName {
  /** The header that names the replica that served a call, in printable ASCII without spaces. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("served-by", Metadata.ASCII_STRING_MARSHALLER);

  private static final long LOOKUP_TIMEOUT_MILLIS = 500;

  /** The longest name that DNS allows. */
  private static final int MAX_LENGTH = 253;

  private ReplicaName() {}

  /** Returns the name of this replica: the pod's in Kubernetes, the container's id in Docker. */
  public static String name() {
    return Lookup.NAME;
  }

  /**
   * Returns the name from the environment, or the one that the system reports if it is unset; with
   * "?" for each character that a header cannot contain.
   */
  static String nameFrom(@Nullable String environment) {
    var name =
        environment != null && !environment.isBlank()
            ? environment
            // On some machines, the system queries DNS, which may not respond.
            : CompletableFuture.supplyAsync(ReplicaName::nameOfHost)
                .completeOnTimeout("localhost", LOOKUP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    var printable = name.strip().replaceAll("[^!-~]", "?");
    return printable.substring(0, Math.min(printable.length(), MAX_LENGTH));
  }

  static String nameOfHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Runs the lookup after this class is initialized: the thread of the lookup waits for that. */
  private static final class Lookup {
    static final String NAME = nameFrom(System.getenv("HOSTNAME"));
  }
}
