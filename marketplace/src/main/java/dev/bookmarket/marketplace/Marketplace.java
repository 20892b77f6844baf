package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.web.WebServer;
import dev.bookmarket.runtime.Stoppable;

/** The running shop: its web server, and its channels to the services behind it. */
public record Marketplace(WebServer web, Backends backends) implements Stoppable {
  /** The port of its pages. */
  public int port() {
    return web.port();
  }

  /** Returns the URL of its home page for a person on this machine. */
  public String url() {
    return web.url();
  }

  /** Makes it ready; returns when it is. */
  public void warmUp() {
    web.warmUp("/");
  }

  @Override
  public void close() {
    web.close();
    backends.close();
  }
}
