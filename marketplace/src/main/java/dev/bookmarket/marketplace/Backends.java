package dev.bookmarket.marketplace;

import dev.bookmarket.runtime.client.Backend;
import dev.bookmarket.runtime.client.ServiceConfig;

/** The services behind the shop. Safe for concurrent use. */
public record Backends(Backend recommendations, Backend orders, Backend greeter)
    implements AutoCloseable {
  /** Those that the configuration names; begins to connect to each, and waits for none. */
  static Backends connect(MarketplaceConfig config) {
    var services = ServiceConfig.fromResource(Backends.class, "service-config.json");
    return new Backends(
        Backend.connect(config.recommendationsHost(), config.recommendationsPort(), services),
        Backend.connect(config.ordersHost(), config.ordersPort(), services),
        Backend.connect(config.greeterHost(), config.greeterPort(), services));
  }

  @Override
  public void close() {
    recommendations.close();
    orders.close();
    greeter.close();
  }
}
