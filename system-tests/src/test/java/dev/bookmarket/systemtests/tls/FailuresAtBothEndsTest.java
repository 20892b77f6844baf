package dev.bookmarket.systemtests.tls;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.runtime.tls.Tls;
import dev.bookmarket.runtime.tls.TlsConfig;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.ServersInThisJvm;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that both the marketplace and the server that it cannot call log why, if both are programs
 * of the shop. A process of the shop does not start with an invalid certificate; but its files can
 * trust other CAs than those of its peers, and its certificate can expire.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class FailuresAtBothEndsTest {
  private static final TestCertificates SHOP = new TestCertificates();
  private static final TestCertificates OTHER = new TestCertificates();

  /** Long enough for the start of a server whose certificate then expires. */
  private static final Duration SHORT_VALIDITY = Duration.ofSeconds(35);

  private static final Map<Pair, GrpcServer> SERVERS = new HashMap<>();
  private static final Map<Pair, MarketplaceBackend> BACKENDS = new HashMap<>();
  private static final Map<Certificates, Tls> CLIENTS = new EnumMap<>(Certificates.class);
  private static LoggedEvents log;

  /** When the last certificate of {@link Certificates#EXPIRED} expires. */
  private static Instant expiry = Instant.MIN;

  /** The certificates of a process. */
  private enum Certificates {
    VALID,
    FROM_ANOTHER_CA,
    EXPIRED,
    FOR_ANOTHER_HOST,
    PLAINTEXT
  }

  /**
   * The certificates of both processes, and what each of them logs, as a regular expression. Where
   * it allows two alerts, the second is that of the JDK's TLS, which is used without OpenSSL.
   */
  private enum Fault {
    PLAINTEXT_CLIENT(
        Certificates.PLAINTEXT,
        "it closed the connection, as a server with TLS does if this process has no TLS_DIR",
        Certificates.VALID,
        "it does not use TLS"),
    PLAINTEXT_SERVER(
        Certificates.VALID,
        "it does not use TLS",
        Certificates.PLAINTEXT,
        "it uses TLS, but this server does not: TLS_DIR is not set"),
    CLIENT_FROM_ANOTHER_CA(
        Certificates.FROM_ANOTHER_CA,
        "it ended the TLS handshake: (unknown_ca|certificate_unknown)",
        Certificates.VALID,
        "its certificate is not signed by a CA in ca.crt"),
    SERVER_FROM_ANOTHER_CA(
        Certificates.VALID,
        "its certificate is not signed by a CA in ca.crt",
        Certificates.FROM_ANOTHER_CA,
        "it ended the TLS handshake: (unknown_ca|certificate_unknown)"),
    EXPIRED_CLIENT(
        Certificates.EXPIRED,
        "it ended the TLS handshake: certificate_(expired|unknown)",
        Certificates.VALID,
        "its certificate has expired"),
    EXPIRED_SERVER(
        Certificates.VALID,
        "its certificate has expired",
        Certificates.EXPIRED,
        "it ended the TLS handshake: certificate_(expired|unknown)"),
    SERVER_FOR_ANOTHER_HOST(
        Certificates.VALID,
        "its certificate does not contain the host name",
        Certificates.FOR_ANOTHER_HOST,
        "it ended the TLS handshake: (bad_certificate|certificate_unknown)");

    private final Certificates client;
    private final String clientReason;
    private final Certificates server;
    private final String serverReason;

    Fault(Certificates client, String clientReason, Certificates server, String serverReason) {
      this.client = client;
      this.clientReason = clientReason;
      this.server = server;
      this.serverReason = serverReason;
    }
  }

  /** The marketplace and a service, with one fault between them. */
  private record Pair(ShopServer service, Fault fault) {}

  /**
   * Connects the marketplace to all servers at once, because it logs an outage after ten seconds.
   */
  @BeforeAll
  static void connect(@TempDir Path folder) {
    log = LoggedEvents.begin();
    for (var certificates : Certificates.values()) {
      CLIENTS.put(certificates, Tls.open(config(certificates, folder, "marketplace")));
    }
    pairs()
        .forEach(
            pair -> {
              var service = pair.service.service();
              var config = config(pair.fault.server, folder, service);
              SERVERS.put(pair, pair.service.start(folder, config));
            });
    Polling.within(Duration.ofMinutes(1), () -> assertThat(Instant.now()).isAfter(expiry));
    SERVERS.forEach(
        (pair, server) ->
            BACKENDS.put(
                pair,
                MarketplaceBackend.connect(
                    server.port(), requireNonNull(CLIENTS.get(pair.fault.client)))));
  }

  @AfterAll
  static void close() {
    BACKENDS.values().forEach(MarketplaceBackend::close);
    CLIENTS.values().forEach(Tls::close);
    SERVERS.values().forEach(GrpcServer::close);
    log.close();
  }

  private static Stream<Pair> pairs() {
    // The servers whose certificate expires start first.
    return Stream.of(Fault.values())
        .sorted(comparing((Fault fault) -> fault.server != Certificates.EXPIRED))
        .flatMap(fault -> Stream.of(ShopServer.values()).map(service -> new Pair(service, fault)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void the_server_logs_why_the_connection_fails(Pair pair) {
    var port = requireNonNull(SERVERS.get(pair)).port();
    var event = ".* Connection failed: " + pair.fault.serverReason;

    assertThat(requireNonNull(BACKENDS.get(pair)).call()).isEqualTo(Status.Code.UNAVAILABLE);

    Polling.within(
        Duration.ofSeconds(30),
        () -> assertThat(log.failuresAt(port)).isNotEmpty().allMatch(each -> each.matches(event)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void the_marketplace_logs_why_the_connection_fails(Pair pair) {
    requireNonNull(BACKENDS.get(pair)).assertLost(log, pair.fault.clientReason);
  }

  /** Writes the files of a service into a new folder; they are valid for the service itself. */
  private static TlsConfig config(Certificates certificates, Path parent, String service) {
    var shop = SHOP.authority.pem();
    return switch (certificates) {
      case VALID -> write(parent, service, SHOP.of(service), shop);
      case FROM_ANOTHER_CA ->
          write(parent, service, OTHER.of(service), OTHER.authority.pem() + shop);
      case EXPIRED -> {
        expiry = Instant.now().plus(SHORT_VALIDITY);
        var start = expiry.minus(TestCertificates.VALIDITY);
        yield write(
            parent, service, SHOP.valid(service, start, Duration.between(start, expiry)), shop);
      }
      case FOR_ANOTHER_HOST -> write(parent, service, SHOP.of(service, List.of("localhost")), shop);
      case PLAINTEXT -> TlsConfig.PLAINTEXT;
    };
  }

  private static TlsConfig write(
      Path parent, String service, DemoCertificate certificate, String authorities) {
    var folder = parent.resolve(UUID.randomUUID().toString());
    return TestCertificates.write(folder, service, certificate, authorities);
  }
}
