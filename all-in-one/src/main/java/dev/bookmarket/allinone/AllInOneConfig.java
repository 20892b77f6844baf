package dev.bookmarket.allinone;

import dev.bookmarket.greeter.GreeterConfig;
import dev.bookmarket.marketplace.MarketplaceConfig;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.recommendations.RecommendationsConfig;
import dev.bookmarket.runtime.Environment;
import java.util.Map;

/** The configurations of all services, under the same names as when each runs alone. */
record AllInOneConfig(
    RecommendationsConfig recommendations,
    OrdersConfig orders,
    GreeterConfig greeter,
    MarketplaceConfig marketplace) {
  /** Nobody balances load over this process, so its stop need not wait for anybody to notice. */
  static final Map<String, String> DEFAULTS = Map.of("DRAIN_MS", "0");

  static AllInOneConfig from(Environment environment) {
    var recommendations = RecommendationsConfig.from(environment);
    // All listen on the same address, at which the marketplace reaches the others.
    var host = recommendations.server().listen().host();
    return new AllInOneConfig(
        recommendations,
        OrdersConfig.from(environment),
        GreeterConfig.from(environment),
        MarketplaceConfig.from(environment, host));
  }
}
