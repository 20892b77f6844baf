package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ServiceProcess;

/** Constructs and starts the web shop. */
public final class MarketplaceMain {
  private MarketplaceMain() {}

  /** Runs the shop until the process receives SIGTERM or SIGINT. */
  public static void main(String[] arguments) {
    ServiceProcess.run("marketplace", arguments, MarketplaceConfig::from, MarketplaceMain::start);
  }

  /** Starts the shop; returns when it is ready. */
  public static WebServer start(MarketplaceConfig config) {
    var server = open(config);
    server.warmUp();
    return server;
  }

  /** Starts to listen; {@link WebServer#warmUp} makes the shop ready. */
  public static WebServer open(MarketplaceConfig config) {
    var templates = new Templates(BasketCookie::items, config.traceUrl());
    var clients = Clients.connect(config);
    try {
      return new WebServer(
          config.listen(),
          config.drain(),
          config.trustedProxies(),
          config.traceparentsPerSecond(),
          templates,
          routes -> Routes.add(routes, clients, templates),
          clients::close);
    } catch (RuntimeException | Error e) {
      clients.close();
      throw e;
    }
  }
}
