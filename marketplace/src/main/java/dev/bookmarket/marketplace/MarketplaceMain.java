package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.server.Readiness;
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
  public static Marketplace start(MarketplaceConfig config) {
    var marketplace = open(config);
    marketplace.warmUp();
    return marketplace;
  }

  /** Starts to listen; {@link Marketplace#warmUp} makes the shop ready. */
  public static Marketplace open(MarketplaceConfig config) {
    var clients = Clients.connect(config);
    try {
      return new Marketplace(serve(config, clients), clients);
    } catch (RuntimeException | Error e) {
      clients.close();
      throw e;
    }
  }

  private static WebServer serve(MarketplaceConfig config, Clients clients) {
    var readiness = new Readiness();
    var templates = new Templates(BasketCookie::items);
    return WebServer.start(
        config.listen(),
        config.drain(),
        readiness,
        templates,
        routes -> Routes.add(routes, clients, readiness, templates));
  }
}
