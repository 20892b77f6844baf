package dev.bookmarket.orders;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.server.GrpcServerConfig;

/**
 * The configuration of the orders service; its text form shows nothing secret.
 *
 * @param server how it is served
 * @param database where the orders are kept
 */
public record OrdersConfig(GrpcServerConfig server, DatabaseConfig database) {
  /** Reads ORDERS_PORT, the variables of the database, and what every gRPC server reads. */
  public static OrdersConfig from(Environment environment) {
    return new OrdersConfig(
        GrpcServerConfig.from(environment, "ORDERS_PORT", 12_006),
        DatabaseConfig.from(environment));
  }
}
