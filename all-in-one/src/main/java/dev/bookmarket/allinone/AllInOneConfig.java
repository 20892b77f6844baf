package dev.bookmarket.allinone;

import dev.bookmarket.greeter.GreeterConfig;
import dev.bookmarket.marketplace.MarketplaceConfig;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.recommendations.RecommendationsConfig;
import dev.bookmarket.runtime.Environment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The configurations of all services, with the same variables as for separate processes. */
record AllInOneConfig(
    RecommendationsConfig recommendations,
    OrdersConfig orders,
    GreeterConfig greeter,
    MarketplaceConfig marketplace) {
  /**
   * No drain, because no load balancer needs time to notice that this process stops; and the port
   * for metrics, which is off for a single service.
   */
  private static final Map<String, String> DEFAULTS = Map.of("DRAIN_MS", "0", "ADMIN_PORT", "9464");

  /** Returns the defaults; {@code ./mvnw -Prun -Dtls} adds the folder of -Pcertificates. */
  static Map<String, String> defaults() {
    if (System.getProperty("tls", "false").equals("false")) {
      return DEFAULTS;
    }
    var project = System.getProperty("maven.multiModuleProjectDirectory", "");
    var all = new HashMap<>(DEFAULTS);
    all.put("TLS_DIR", Path.of(project, "certificates").toString());
    return all;
  }

  static AllInOneConfig from(Environment environment) {
    var recommendations = RecommendationsConfig.from(environment);
    // All services listen on one address, so the marketplace finds the others there.
    var host = recommendations.server().listen().host();
    return new AllInOneConfig(
        recommendations,
        OrdersConfig.from(environment),
        GreeterConfig.from(environment),
        MarketplaceConfig.from(environment, host));
  }
}
