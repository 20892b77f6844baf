package dev.bookmarket.orders;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.server.GrpcServerConfig;

/**
 * The configuration of the orders service. Its text form contains no secret.
 *
 * @param server the configuration of the gRPC server
 * @param database the database that stores the orders
 */
public record OrdersConfig(GrpcServerConfig server, DatabaseConfig database) {
  /** Reads ORDERS_PORT, the variables of the database, and those of every gRPC server. */
  public static OrdersConfig from(Environment environment) {
    return new OrdersConfig(
        GrpcServerConfig.from(environment, "orders", 12_006), DatabaseConfig.from(environment));
  }
}
