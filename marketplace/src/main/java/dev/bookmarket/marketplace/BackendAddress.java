package dev.bookmarket.marketplace;

import dev.bookmarket.runtime.Environment;

/**
 * The network address of a service.
 *
 * @param host a name, which can resolve to several replicas, or an IP address
 * @param port 1 to 65535
 */
public record BackendAddress(String host, int port) {
  /** Reads {@code prefix_HOST} and {@code prefix_PORT}. */
  static BackendAddress from(
      Environment environment, String prefix, String host, int port, String service) {
    return new BackendAddress(
        environment.host(prefix + "_HOST", host, "the host of " + service),
        environment.number(prefix + "_PORT", port, 1, 65_535, "the port of " + service));
  }
}
