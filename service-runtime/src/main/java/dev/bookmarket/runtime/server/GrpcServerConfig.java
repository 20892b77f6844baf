package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.ListenAddress;
import java.time.Duration;

/**
 * The configuration of a gRPC server.
 *
 * @param listen where it listens
 * @param drain how long it continues to respond after it reports that it stops
 * @param maxConnectionAge after how long the server closes a connection: the client reconnects, so
 *     that new replicas get calls
 */
public record GrpcServerConfig(ListenAddress listen, Duration drain, Duration maxConnectionAge) {
  /** Reads the variable {@code portName}, BIND_ADDRESS, DRAIN_MS and MAX_CONNECTION_AGE_MS. */
  public static GrpcServerConfig from(Environment environment, String portName, int defaultPort) {
    return new GrpcServerConfig(
        environment.listen(
            portName, defaultPort, "the port of the gRPC server; 0 selects a free one"),
        environment.drain(),
        Duration.ofMillis(
            environment.number(
                "MAX_CONNECTION_AGE_MS",
                20_000,
                1,
                3_600_000,
                "after how many milliseconds a server closes a connection, so that the client"
                    + " reconnects")));
  }
}
