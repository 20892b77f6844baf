package dev.bookmarket.systemtests.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.tls.SelfSigned;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.ServersInThisJvm;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which clients reach the servers of the shop, and why the others do not. */
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class ClientCertificatesTest {
  private static final TestCertificates SHOP = new TestCertificates();
  private static final Map<ShopServer, GrpcServer> SERVERS = new EnumMap<>(ShopServer.class);

  /** What a client has instead of a valid certificate, and the reason in the server's log. */
  private enum Fault {
    FROM_ANOTHER_CA(
        "its certificate is not signed by a CA in ca.crt",
        identity -> tls(new TestCertificates().of(identity))),
    EXPIRED("its certificate has expired", identity -> tls(SHOP.expired(identity))),
    NOT_YET_VALID("its certificate is not valid yet", identity -> tls(SHOP.notYetValid(identity))),
    SELF_SIGNED(
        "its certificate is not signed by a CA in ca.crt",
        identity -> tls(SelfSigned.of(identity))),
    NO_CERTIFICATE(
        "it sent no certificate",
        identity -> Credentials.clientWithoutCertificate(SHOP.authority.pem())),
    PLAINTEXT("it does not use TLS", identity -> InsecureChannelCredentials.create());

    private final String reason;
    private final Function<String, ChannelCredentials> credentials;

    Fault(String reason, Function<String, ChannelCredentials> credentials) {
      this.reason = reason;
      this.credentials = credentials;
    }
  }

  @BeforeAll
  static void startServers(@TempDir Path folder) {
    for (var server : ShopServer.values()) {
      var tls = SHOP.write(folder.resolve(server.service()), server.service());
      SERVERS.put(server, server.start(folder, tls));
    }
  }

  @AfterAll
  static void stopServers() {
    SERVERS.values().forEach(GrpcServer::close);
  }

  private static Stream<Arguments> pairs() {
    return Stream.of(ShopServer.values())
        .flatMap(server -> ShopServer.IDENTITIES.stream().map(c -> Arguments.of(c, server)));
  }

  private static Stream<Arguments> pairsWithFaults() {
    return pairs()
        .flatMap(
            pair ->
                Stream.of(Fault.values())
                    .map(fault -> Arguments.of(pair.get()[0], pair.get()[1], fault)));
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void a_client_with_a_valid_certificate_connects(String client, ShopServer server)
      throws Exception {
    try (var log = LoggedEvents.begin()) {
      assertThat(statusOf(server, tls(SHOP.of(client)))).isEqualTo(Status.Code.OK);

      assertThat(failures(log, server)).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0} calls {1}: {2}")
  @MethodSource("pairsWithFaults")
  void any_other_client_fails_and_the_server_logs_why(String client, ShopServer server, Fault fault)
      throws Exception {
    try (var log = LoggedEvents.begin()) {
      assertThat(statusOf(server, fault.credentials.apply(client)))
          .isEqualTo(Status.Code.UNAVAILABLE);

      Polling.within(
          Duration.ofSeconds(30),
          () ->
              assertThat(failures(log, server))
                  .isNotEmpty()
                  .allMatch(event -> event.endsWith(" Connection failed: " + fault.reason)));
    }
  }

  private static List<String> failures(LoggedEvents log, ShopServer server) {
    return log.failuresAt(port(server));
  }

  private static int port(ShopServer server) {
    return requireNonNull(SERVERS.get(server)).port();
  }

  private static Status.Code statusOf(ShopServer server, ChannelCredentials credentials)
      throws InterruptedException {
    var channel = Grpc.newChannelBuilderForAddress("127.0.0.1", port(server), credentials).build();
    try {
      var unused =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    }
  }

  private static ChannelCredentials tls(DemoCertificate certificate) {
    return Credentials.client(certificate, SHOP.authority.pem());
  }
}
