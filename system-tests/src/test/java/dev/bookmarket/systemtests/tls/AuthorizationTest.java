package dev.bookmarket.systemtests.tls;

import static java.util.Objects.requireNonNull;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.systemtests.ServersInThisJvm;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests who may call what, for every method that the servers of the shop have. What is allowed is
 * derived from the tables of the servers.
 */
@ResourceLock(ServersInThisJvm.LOCK)
class AuthorizationTest {
  private static final TestCertificates SHOP = new TestCertificates();
  private static final String ORDER_SERVICE = "bookmarket.orders.v1.OrderService";

  /** Results of allowed calls with an empty request. */
  private static final Set<Status.Code> ALLOWED =
      Set.of(Status.Code.OK, Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);

  private static final Map<ShopServer, GrpcServer> SERVERS = new EnumMap<>(ShopServer.class);

  @BeforeAll
  static void startServers(@TempDir Path folder) {
    for (var server : ShopServer.values()) {
      SERVERS.put(server, start(server, folder));
    }
  }

  @AfterAll
  static void stopServers() {
    SERVERS.values().forEach(GrpcServer::close);
  }

  /**
   * Each server, and each identity of the shop; "newcomer" is a service that does not exist yet.
   */
  private static Stream<Arguments> serversAndIdentities() {
    return Stream.of(ShopServer.values())
        .flatMap(
            server ->
                Stream.concat(ShopServer.IDENTITIES.stream(), Stream.of("newcomer"))
                    .map(identity -> Arguments.of(server, identity)));
  }

  /** Each server, and URIs that are no identity of the shop; an empty one is omitted. */
  private static Stream<Arguments> serversAndOtherUris() {
    return Stream.of(ShopServer.values())
        .flatMap(
            server ->
                Stream.of(
                        "",
                        "spiffe://example.org/marketplace",
                        "spiffe://bookmarket/marketplace/1",
                        "spiffe://bookmarket/Marketplace",
                        "https://bookmarket/marketplace")
                    .map(uri -> Arguments.of(server, uri)));
  }

  @Test
  void the_tables_contain_that_only_the_marketplace_calls_the_order_service() {
    assertThat(ShopServer.ORDERS.callers().callers())
        .isEqualTo(Map.of(ORDER_SERVICE, Set.of("marketplace")));
    assertThat(ShopServer.RECOMMENDATIONS.callers().callers()).isEmpty();
    assertThat(ShopServer.GREETER.callers().callers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void every_service_in_a_table_exists(ShopServer server) {
    assertThat(callAll(server, SHOP.of("client")).keySet())
        .extracting(MethodDescriptor::getServiceName)
        .containsAll(server.callers().callers().keySet())
        .contains(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "grpc.channelz.v1.Channelz")
        .anyMatch(name -> !name.startsWith("grpc."));
  }

  @ParameterizedTest(name = "{1} calls {0}")
  @MethodSource("serversAndIdentities")
  void an_identity_may_call_exactly_what_the_table_allows(ShopServer server, String identity) {
    try (var log = LoggedEvents.begin()) {
      var results = callAll(server, SHOP.of(identity));

      var caller = "spiffe://bookmarket/" + identity;
      var denied =
          results.keySet().stream()
              .map(method -> requireNonNull(method.getServiceName()))
              .filter(not(service -> isAllowed(server, identity, service)))
              .toList();
      results.forEach(
          (method, status) ->
              assertResult(method, status, !denied.contains(method.getServiceName()), caller));
      assertThat(log.of("Call denied"))
          .extracting(event -> event.replaceFirst(" client=/127\\.0\\.0\\.1:[0-9]+ ", " "))
          .containsExactlyInAnyOrderElementsOf(denials(caller, denied));
    }
  }

  @ParameterizedTest(name = "\"{1}\" calls {0}")
  @MethodSource("serversAndOtherUris")
  void a_certificate_without_identity_may_call_only_the_services_of_grpc(
      ShopServer server, String uri) {
    var certificate =
        SHOP.authority.issue(
            uri,
            TestCertificates.LOCAL_NAMES,
            Instant.now().minusSeconds(60),
            TestCertificates.VALIDITY);
    try (var log = LoggedEvents.begin()) {
      var results = callAll(server, certificate);

      var denied =
          results.keySet().stream()
              .map(method -> requireNonNull(method.getServiceName()))
              .filter(service -> !service.startsWith("grpc."))
              .toList();
      results.forEach(
          (method, status) ->
              assertResult(method, status, !denied.contains(method.getServiceName()), "(none)"));
      assertThat(log.of("Call denied"))
          .extracting(event -> event.replaceFirst(" client=/127\\.0\\.0\\.1:[0-9]+ ", " "))
          .containsExactlyInAnyOrderElementsOf(denials("(none)", denied));
    }
  }

  @Test
  void denials_do_not_flood_the_log() {
    var channel = channel(requireNonNull(SERVERS.get(ShopServer.ORDERS)), SHOP.of("client"));
    try (var log = CapturedLog.begin()) {
      var method = method(channel, ORDER_SERVICE);
      for (int i = 0; i < 25; i++) {
        assertThat(ServedMethods.call(channel, method).getCode())
            .isEqualTo(Status.Code.PERMISSION_DENIED);
      }
      log.logCounts();

      assertThat(log.lines()).filteredOn(line -> line.endsWith(" Call denied")).hasSize(10);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("kind=CallAuthorization: Call denied"))
          .singleElement()
          .asString()
          .contains(" repeated=15 ");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void spans_contain_the_caller_of_allowed_and_of_denied_calls(@TempDir Path folder) {
    try (var telemetry = TestTelemetry.begin()) {
      var orders = start(ShopServer.ORDERS, folder);
      try {
        for (var identity : List.of("marketplace", "client")) {
          var channel = channel(orders, SHOP.of(identity));
          var method = method(channel, ORDER_SERVICE);
          var unused = ServedMethods.call(channel, method);
          channel.shutdownNow();

          assertThat(
                  telemetry
                      .span(
                          span ->
                              span.getKind() == SpanKind.SERVER
                                  && span.getName().equals(method.getFullMethodName()))
                      .getAttributes()
                      .get(AttributeKey.stringKey("bookmarket.rpc.caller")))
              .isEqualTo("spiffe://bookmarket/" + identity);
          telemetry.clear();
        }
      } finally {
        orders.close();
      }
    }
  }

  private static boolean isAllowed(ShopServer server, String identity, String service) {
    var callers = server.callers().callers().get(service);
    return callers == null || callers.contains(identity) || identity.equals(server.service());
  }

  private static void assertResult(
      MethodDescriptor<?, ?> method, Status status, boolean isAllowed, String caller) {
    if (isAllowed) {
      assertThat(ALLOWED).as(method.getFullMethodName()).contains(status.getCode());
    } else {
      assertThat(status)
          .as(method.getFullMethodName())
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(
              Status.Code.PERMISSION_DENIED,
              "The identity %s may not call %s".formatted(caller, method.getServiceName()));
    }
  }

  private static List<String> denials(String caller, List<String> services) {
    return services.stream()
        .map(service -> "WARN caller=%s service=%s Call denied".formatted(caller, service))
        .toList();
  }

  /** Returns the result of a call of each method of the server. */
  private static Map<MethodDescriptor<byte[], byte[]>, Status> callAll(
      ShopServer server, DemoCertificate certificate) {
    var channel = channel(requireNonNull(SERVERS.get(server)), certificate);
    try {
      var results = new HashMap<MethodDescriptor<byte[], byte[]>, Status>();
      for (var method : ServedMethods.of(channel)) {
        results.put(method, ServedMethods.call(channel, method));
      }
      return results;
    } finally {
      channel.shutdownNow();
    }
  }

  /** Returns the first method of a service. */
  private static MethodDescriptor<byte[], byte[]> method(ManagedChannel channel, String service) {
    return ServedMethods.of(channel).stream()
        .filter(method -> service.equals(method.getServiceName()))
        .findFirst()
        .orElseThrow();
  }

  private static GrpcServer start(ShopServer server, Path folder) {
    return server.start(folder, SHOP.write(folder.resolve(server.service()), server.service()));
  }

  private static ManagedChannel channel(GrpcServer server, DemoCertificate certificate) {
    var credentials = Credentials.client(certificate, SHOP.authority.pem());
    return Grpc.newChannelBuilderForAddress("localhost", server.port(), credentials).build();
  }
}
