package dev.bookmarket.runtime;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param address one address of this machine, or the wildcard address for all of them
 * @param port 0 to 65535; 0 lets the system choose a free one
 * @param portVariable the environment variable that changes the port, for messages
 */
public record ListenAddress(InetAddress address, int port, String portVariable) {
  /** A free port of the loopback. */
  public static ListenAddress anyFreePort() {
    return new ListenAddress(InetAddress.getLoopbackAddress(), 0, "no variable");
  }

  /** The same as a socket address. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  /** What to tell the person who starts the process when listening here failed. */
  public StartFailure startFailure(Throwable failure) {
    if (isTaken(failure)) {
      return new StartFailure(
          "port %d is taken: stop the process that uses it, or set %s to another port"
              .formatted(port, portVariable));
    }
    return new StartFailure(
        "cannot listen on %s port %d (%s): check BIND_ADDRESS and %s"
            .formatted(address.getHostAddress(), port, rootOf(failure).getMessage(), portVariable));
  }

  private static boolean isTaken(Throwable failure) {
    var root = rootOf(failure);
    // "Cannot assign requested address" is a BindException too, and another port would not mend it.
    return (root instanceof BindException && !String.valueOf(root.getMessage()).contains("assign"))
        || String.valueOf(root.getMessage()).contains("already in use");
  }

  private static Throwable rootOf(Throwable failure) {
    var root = failure;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }
}
