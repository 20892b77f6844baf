package dev.bookmarket.systemtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for services that are stopped and started again: free now, never given twice, and below
 * those that the system gives to outgoing connections, so that nobody takes one meanwhile.
 */
public final class Ports {
  private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** A free port. */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (canListenOn("0.0.0.0", port) && given.add(port)) {
        return port;
      }
    }
  }

  /** Whether the address is one of this machine. */
  static boolean canListenOn(String address) {
    return canListenOn(address, 0);
  }

  /** Whether nobody listens there, and the address is one of this machine. */
  static boolean canListenOn(String address, int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
