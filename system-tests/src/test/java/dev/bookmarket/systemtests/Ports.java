package dev.bookmarket.systemtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports for services that a test stops and starts again. No port is returned twice, and
 * all are below the ports of outgoing connections, so that no other process takes one meanwhile.
 */
public final class Ports {
  private static final Set<Integer> used = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** Returns a free port. */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      // In this order: another test may be about to listen on a used port.
      if (used.add(port) && canListenOn("0.0.0.0", port)) {
        return port;
      }
    }
  }

  /** Returns whether the address belongs to this machine. */
  static boolean canListenOn(String address) {
    return canListenOn(address, 0);
  }

  /** Returns whether the port is free and the address belongs to this machine. */
  static boolean canListenOn(String address, int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
