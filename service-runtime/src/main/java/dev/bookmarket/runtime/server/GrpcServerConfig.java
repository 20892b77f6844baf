package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.tls.TlsConfig;
import java.time.Duration;
import java.util.Locale;

/**
 * The configuration of a gRPC server.
 *
 * @param listen where it listens
 * @param drain how long it continues to respond after it reports that it stops
 * @param maxConnectionAge after how long the server closes a connection: the client reconnects, so
 *     that new replicas get calls
 * @param tls whether and with which certificates connections are encrypted
 */
public record GrpcServerConfig(
    ListenAddress listen, Duration drain, Duration maxConnectionAge, TlsConfig tls) {
  /** Creates a configuration without TLS. */
  public GrpcServerConfig(ListenAddress listen, Duration drain, Duration maxConnectionAge) {
    this(listen, drain, maxConnectionAge, TlsConfig.PLAINTEXT);
  }

  /**
   * Reads BIND_ADDRESS, DRAIN_MS, MAX_CONNECTION_AGE_MS, TLS_DIR, and the variable of the port:
   * {@code ORDERS_PORT} for the service {@code orders}.
   */
  public static GrpcServerConfig from(Environment environment, String service, int defaultPort) {
    return new GrpcServerConfig(
        environment.listen(
            service.toUpperCase(Locale.ROOT).replace('-', '_') + "_PORT",
            defaultPort,
            "the port of the gRPC server; 0 selects a free one"),
        environment.drain(),
        Duration.ofMillis(
            environment.number(
                "MAX_CONNECTION_AGE_MS",
                20_000,
                1,
                3_600_000,
                "after how many milliseconds a server closes a connection, so that the client"
                    + " reconnects")),
        TlsConfig.from(environment, service));
  }
}
