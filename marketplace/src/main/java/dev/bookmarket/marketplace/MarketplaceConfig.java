package dev.bookmarket.marketplace;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.ListenAddress;
import java.time.Duration;

/**
 * The configuration of the marketplace.
 *
 * @param listen where it serves its pages
 * @param drain how long it continues to respond after it reports that it stops
 * @param recommendations the address of the recommendations service
 * @param orders the address of the orders service
 * @param greeter the address of the greeter
 */
public record MarketplaceConfig(
    ListenAddress listen,
    Duration drain,
    BackendAddress recommendations,
    BackendAddress orders,
    BackendAddress greeter) {
  /**
   * Reads MARKETPLACE_PORT, BIND_ADDRESS, DRAIN_MS, RECOMMENDATIONS_HOST, RECOMMENDATIONS_PORT,
   * ORDERS_HOST, ORDERS_PORT, GREETER_HOST and GREETER_PORT.
   */
  public static MarketplaceConfig from(Environment environment) {
    return from(environment, "localhost");
  }

  /** Like {@link #from(Environment)}, with another default for the hosts. */
  public static MarketplaceConfig from(Environment environment, String host) {
    return new MarketplaceConfig(
        environment.listen(
            "MARKETPLACE_PORT", 5_000, "the port of the pages; 0 selects a free one"),
        environment.drain(),
        BackendAddress.from(
            environment, "RECOMMENDATIONS", host, 50_051, "the recommendations service"),
        BackendAddress.from(environment, "ORDERS", host, 12_006, "the orders service"),
        BackendAddress.from(environment, "GREETER", host, 50_052, "the greeter"));
  }
}
