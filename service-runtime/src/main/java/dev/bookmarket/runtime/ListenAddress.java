package dev.bookmarket.runtime;

import com.google.common.base.Throwables;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a server listens.
 *
 * @param address one address of this machine, or the wildcard address for all of them
 * @param port 0 to 65535; 0 lets the system choose a free one
 * @param portVariable the environment variable that changes the port, for messages
 */
public record ListenAddress(InetAddress address, int port, String portVariable) {
  /** Timeout for a connection to this machine. */
  private static final int CONNECT_MILLIS = 500;

  private static final List<InetAddress> LOOPBACKS =
      List.of(InetAddresses.forString("127.0.0.1"), InetAddresses.forString("::1"));

  /** Returns a free port of the loopback address. */
  public static ListenAddress anyFreePort() {
    return new ListenAddress(InetAddress.getLoopbackAddress(), 0, "no variable");
  }

  /** Returns the socket address. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  /** Returns the address at which this machine reaches the server. */
  public InetAddress reachable() {
    return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
  }

  /** Returns {@link #reachable} as a URL contains it: an IPv6 address in brackets. */
  public String host() {
    var host = InetAddresses.toUriString(reachable());
    // java.net.URI rejects an interface name with a hyphen, but not the index of the interface.
    return address instanceof Inet6Address ipv6
        ? host.replaceFirst("%[^]]+", "%" + ipv6.getScopeId())
        : host;
  }

  /**
   * Returns the URL of an HTTP server that listens here. The host is localhost, unless that name
   * resolves to another address or reaches another program.
   *
   * @param chosenPort the port on which it listens
   */
  public String url(int chosenPort) {
    return "http://%s:%s".formatted(isLocalhost(chosenPort) ? "localhost" : host(), chosenPort);
  }

  /**
   * Returns an exception that explains why listening failed. The original exception states the
   * cause only as a text in the system's language. This method tests whether it can listen, and
   * uses that text only if it finds no other cause.
   */
  public StartupException startFailure(Throwable failure) {
    var isAddressUsable = canListen(address, 0);
    if (isAddressUsable && !canListen(address, port)) {
      return new StartupException(
          isPermitted() || accepts(reachable(), port)
              ? "port %s is taken: stop the process that uses it, or set %s to another port"
                  .formatted(port, portVariable)
              : "this user is not permitted to listen on port %s: set %s to a port above 1023"
                  .formatted(port, portVariable));
    }
    var place =
        "cannot listen on %s port %s: ".formatted(InetAddresses.toAddrString(address), port);
    return new StartupException(
        isAddressUsable || !canListen(new InetSocketAddress(0).getAddress(), 0)
            ? place + Throwables.getRootCause(failure)
            : place
                + "it is not an address of this machine; check BIND_ADDRESS and "
                + portVariable);
  }

  private boolean isLocalhost(int chosenPort) {
    if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
      return false; // this JVM cannot test whether another program listens on ::1
    }
    try {
      var addresses = List.of(InetAddress.getAllByName("localhost"));
      // Browsers try both loopback addresses, regardless of the system's resolver.
      return addresses.stream().anyMatch(this::isThisServer)
          && Stream.concat(addresses.stream(), LOOPBACKS.stream())
              .allMatch(a -> isThisServer(a) || a.isLoopbackAddress() && !accepts(a, chosenPort));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private boolean isThisServer(InetAddress other) {
    return other.equals(reachable()) || (address.isAnyLocalAddress() && other.isLoopbackAddress());
  }

  /**
   * Returns whether this user may listen on the port. Tries UDP and other addresses, because they
   * need the same permission.
   */
  private boolean isPermitted() {
    try (var socket = new DatagramSocket(new InetSocketAddress(address, port))) {
      return socket.isBound();
    } catch (IOException e) {
      return LOOPBACKS.stream().anyMatch(loopback -> canListen(loopback, port));
    }
  }

  private static boolean canListen(InetAddress address, int port) {
    try (var socket = new ServerSocket(port, 1, address)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether a program accepts connections there, or does not respond to them. */
  private static boolean accepts(InetAddress address, int port) {
    try (var socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return e instanceof SocketTimeoutException;
    }
  }
}
