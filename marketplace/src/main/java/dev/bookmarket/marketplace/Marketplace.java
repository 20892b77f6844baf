package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.Stoppable;

/** The running shop. */
public final class Marketplace implements Stoppable {
  private final WebServer server;
  private final Clients clients;

  Marketplace(WebServer server, Clients clients) {
    this.server = server;
    this.clients = clients;
  }

  /** Returns the port of its pages. */
  public int port() {
    return server.port();
  }

  /** Returns the URL of its home page for a browser on this machine. */
  public String url() {
    return server.url();
  }

  /** Warms up the shop until it is ready; returns when it is ready. */
  public void warmUp() {
    server.warmUp("/");
  }

  @Override
  public void close() {
    server.close();
    clients.close();
  }
}
