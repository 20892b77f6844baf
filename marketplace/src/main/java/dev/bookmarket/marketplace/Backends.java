package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.backend.Backend;

/** The services behind the shop. Safe for concurrent use. */
public record Backends(Backend recommendations, Backend orders, Backend greeter)
    implements AutoCloseable {
  /** Those that the configuration names; begins to connect to each, and waits for none. */
  static Backends connect(MarketplaceConfig config) {
    return new Backends(
        Backend.connect(config.recommendationsHost(), config.recommendationsPort()),
        Backend.connect(config.ordersHost(), config.ordersPort()),
        Backend.connect(config.greeterHost(), config.greeterPort()));
  }

  @Override
  public void close() {
    recommendations.close();
    orders.close();
    greeter.close();
  }
}
