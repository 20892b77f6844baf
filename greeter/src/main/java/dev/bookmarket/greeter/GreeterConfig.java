package dev.bookmarket.greeter;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.server.GrpcServerConfig;

/**
 * The configuration of the greeter.
 *
 * @param server the configuration of its server
 */
public record GreeterConfig(GrpcServerConfig server) {
  /** Reads GREETER_PORT and the variables of every gRPC server. */
  public static GreeterConfig from(Environment environment) {
    return new GreeterConfig(GrpcServerConfig.from(environment, "greeter", 50_052));
  }
}
