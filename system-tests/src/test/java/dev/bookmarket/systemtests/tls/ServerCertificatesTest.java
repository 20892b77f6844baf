package dev.bookmarket.systemtests.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.tls.SelfSigned;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.runtime.tls.Tls;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.ServersInThisJvm;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the marketplace calls only servers with a valid certificate, and that its log states
 * why it does not call the others. The servers are other programs: those of the shop do not start
 * with an invalid certificate.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class ServerCertificatesTest {
  private static final TestCertificates SHOP = new TestCertificates();
  private static final Map<String, ForeignServer> SERVERS = new HashMap<>();
  private static final Map<String, MarketplaceBackend> BACKENDS = new HashMap<>();
  private static LoggedEvents log;
  private static Tls tls;

  /** What a server has instead of a valid certificate, and the reason in the client's log. */
  private enum Fault {
    NONE("", service -> server(SHOP.of(service))),
    FROM_ANOTHER_CA(
        "its certificate is not signed by a CA in ca.crt",
        service -> server(new TestCertificates().of(service))),
    EXPIRED("its certificate has expired", service -> server(SHOP.expired(service))),
    NOT_YET_VALID("its certificate is not valid yet", service -> server(SHOP.notYetValid(service))),
    SELF_SIGNED(
        "its certificate is not signed by a CA in ca.crt",
        service -> server(SelfSigned.of(service))),
    FOR_ANOTHER_HOST(
        "its certificate does not contain the host name",
        service -> server(SHOP.of(service, List.of(service, "localhost", "127.0.0.2")))),
    PLAINTEXT("it does not use TLS", service -> ForeignServer.plaintext());

    private final String reason;
    private final Function<String, ForeignServer> start;

    Fault(String reason, Function<String, ForeignServer> start) {
      this.reason = reason;
      this.start = start;
    }

    private static ForeignServer server(DemoCertificate certificate) {
      return ForeignServer.tls(certificate, SHOP.authority.pem());
    }
  }

  /** Connects to all servers at once, because the marketplace logs an outage after ten seconds. */
  @BeforeAll
  static void connect(@TempDir Path folder) {
    log = LoggedEvents.begin();
    tls = Tls.open(SHOP.write(folder, "marketplace"));
    for (var service : ShopServer.values()) {
      for (var fault : Fault.values()) {
        var server = fault.start.apply(service.service());
        SERVERS.put(key(service, fault), server);
        BACKENDS.put(key(service, fault), MarketplaceBackend.connect(server.port(), tls));
      }
    }
  }

  @AfterAll
  static void close() {
    BACKENDS.values().forEach(MarketplaceBackend::close);
    SERVERS.values().forEach(ForeignServer::close);
    tls.close();
    log.close();
  }

  private static Stream<Arguments> faults() {
    return Stream.of(ShopServer.values())
        .flatMap(
            service ->
                Stream.of(Fault.values())
                    .filter(fault -> fault != Fault.NONE)
                    .map(fault -> Arguments.of(service, fault)));
  }

  @ParameterizedTest
  @EnumSource
  void a_server_with_a_valid_certificate_is_called(ShopServer service) {
    var backend = requireNonNull(BACKENDS.get(key(service, Fault.NONE)));

    Polling.within(
        Duration.ofSeconds(30), () -> assertThat(backend.call()).isEqualTo(Status.Code.OK));
    assertThat(callsOf(service, Fault.NONE)).isPositive();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void any_other_server_gets_no_call_and_the_client_logs_why(ShopServer service, Fault fault) {
    var backend = requireNonNull(BACKENDS.get(key(service, fault)));

    assertThat(backend.call()).isEqualTo(Status.Code.UNAVAILABLE);

    backend.assertLost(log, fault.reason);
    assertThat(callsOf(service, fault)).isZero();
  }

  private static int callsOf(ShopServer service, Fault fault) {
    return requireNonNull(SERVERS.get(key(service, fault))).calls();
  }

  private static String key(ShopServer service, Fault fault) {
    return service + " " + fault;
  }
}
