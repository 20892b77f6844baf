package dev.bookmarket.marketplace;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.ListenAddress;
import java.time.Duration;

/**
 * The configuration of the marketplace.
 *
 * @param listen where it serves its pages
 * @param drain how long it goes on answering after it has said that it is going
 * @param recommendationsHost the host of the recommendations service: a name with one address or
 *     more
 * @param recommendationsPort its port
 * @param ordersHost the host of the orders service, like the other
 * @param ordersPort its port
 * @param greeterHost the host of the greeter, like the others
 * @param greeterPort its port
 */
public record MarketplaceConfig(
    ListenAddress listen,
    Duration drain,
    String recommendationsHost,
    int recommendationsPort,
    String ordersHost,
    int ordersPort,
    String greeterHost,
    int greeterPort) {
  /**
   * Reads MARKETPLACE_PORT, BIND_ADDRESS, DRAIN_MS, RECOMMENDATIONS_HOST, RECOMMENDATIONS_PORT,
   * ORDERS_HOST, ORDERS_PORT, GREETER_HOST and GREETER_PORT.
   */
  public static MarketplaceConfig from(Environment environment) {
    return from(environment, "localhost");
  }

  /** Like {@link #from(Environment)}, with another default for the hosts. */
  public static MarketplaceConfig from(Environment environment, String defaultHost) {
    return new MarketplaceConfig(
        environment.listen("MARKETPLACE_PORT", 5_000, "the port of the pages; 0 picks a free one"),
        environment.drain(),
        environment.host(
            "RECOMMENDATIONS_HOST", defaultHost, "the host of the recommendations service"),
        environment.number(
            "RECOMMENDATIONS_PORT", 50_051, 1, 65_535, "the port of the recommendations service"),
        environment.host("ORDERS_HOST", defaultHost, "the host of the orders service"),
        environment.number("ORDERS_PORT", 12_006, 1, 65_535, "the port of the orders service"),
        environment.host("GREETER_HOST", defaultHost, "the host of the greeter"),
        environment.number("GREETER_PORT", 50_052, 1, 65_535, "the port of the greeter"));
  }
}
