package dev.bookmarket.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Forwards connections to another address, and can lose one in the middle of a call, as if the
 * process behind it were killed. Safe for concurrent use.
 */
final class TcpProxy implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ServerSocket listening;
  private final String to;
  private boolean mustLose;

  private TcpProxy(ServerSocket listening, String to) {
    this.listening = listening;
    this.to = to;
    threads.execute(this::accept);
  }

  /** Starts to forward the connections to a port of one address to the same port of another. */
  static TcpProxy start(String from, String to, int port) {
    try {
      return new TcpProxy(new ServerSocket(port, 50, InetAddress.getByName(from)), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forwards no responses from now on, and closes the connection on which a request arrives. */
  synchronized void loseNextCall() {
    mustLose = true;
  }

  /** Returns whether the connection has been lost that {@link #loseNextCall} announced. */
  synchronized boolean hasLostCall() {
    return !mustLose;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        var server = new Socket(to, listening.getLocalPort());
        threads.execute(() -> forward(client, server, true));
        threads.execute(() -> forward(server, client, false));
      } catch (IOException e) {
        // One of them is closed.
      }
    }
  }

  private void forward(Socket source, Socket sink, boolean isRequest) {
    var buffer = new byte[8_192];
    try (source;
        sink) {
      int length;
      while ((length = source.getInputStream().read(buffer)) >= 0) {
        if (isRequest ? losesCall() : !awaitLoss()) {
          return;
        }
        sink.getOutputStream().write(buffer, 0, length);
      }
    } catch (IOException e) {
      // Either side has closed the connection.
    }
  }

  private synchronized boolean losesCall() {
    var loses = mustLose;
    mustLose = false;
    notifyAll();
    return loses;
  }

  /** Waits while responses are not forwarded; returns false if this proxy is closed. */
  private synchronized boolean awaitLoss() {
    try {
      while (mustLose) {
        wait();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
