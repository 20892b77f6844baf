package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The orders service while its disk is full, or its database hangs, is down or not started yet. */
class OrdersOutageTest {
  /** The time limit for a change of readiness; the service checks its database every second. */
  private static final Duration READINESS_CHANGE = Duration.ofSeconds(60);

  /** Longer than the timeouts of the service, even on a busy machine. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  @Needs(Tool.PRLIMIT)
  void a_full_disk_makes_orders_unavailable_until_there_is_space() throws IOException {
    var file = folder.resolve("orders.db");
    try (var service = Service.start(Map.of("ORDERS_DB", file.toString()))) {
      service.placeFirst("before");
      service.limitFileSize(String.valueOf(Files.size(Path.of(file + "-wal"))));

      var status = service.failure("full");
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(status.getDescription())
          .startsWith("the orders are unavailable: ORDERS_DB " + file + ": its disk ");
      assertThat(service.listed()).isEqualTo(1);

      service.limitFileSize("unlimited");
      service.place("full");
      assertThat(service.listed()).isEqualTo(2);
      service.assertNothingPrivateIsLogged();
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void with_a_hung_database_calls_fail_in_time_and_the_service_is_alive_but_not_ready() {
    try (var postgres = PostgresUnderTest.start();
        var service = Service.start(postgres.variables())) {
      service.placeFirst("before");

      postgres.pause();
      service.assertUnavailableInTime();
      service.awaitReady(ServingStatus.NOT_SERVING, READINESS_CHANGE);
      service.assertUnavailableInTime();
      assertThat(service.health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);

      postgres.unpause();
      service.awaitReady(ServingStatus.SERVING, READINESS_CHANGE);
      service.place("hung");
      service.assertNothingPrivateIsLogged();
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void without_its_database_the_service_is_alive_but_not_ready() {
    try (var postgres = PostgresUnderTest.start();
        var service = Service.start(postgres.variables())) {
      service.placeFirst("before");

      postgres.kill();
      service.assertUnavailableInTime();
      service.awaitReady(ServingStatus.NOT_SERVING, READINESS_CHANGE);
      service.assertUnavailableInTime();
      assertThat(service.health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);

      postgres.restart();
      service.awaitReady(ServingStatus.SERVING, READINESS_CHANGE);
      service.place("hung");
      assertThat(service.listed()).isEqualTo(2);
      service.assertNothingPrivateIsLogged();
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void a_service_that_starts_before_its_database_becomes_ready_with_it() {
    try (var postgres = PostgresUnderTest.start()) {
      postgres.kill();
      try (var service = Service.start(postgres.variables());
          var second = Service.start(postgres.variables())) {
        assertThat(service.health("")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(service.health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);
        service.assertUnavailableInTime();

        postgres.restart();

        service.awaitReady(ServingStatus.SERVING, READINESS_CHANGE);
        second.awaitReady(ServingStatus.SERVING, READINESS_CHANGE);
        service.place("first");
        second.place("second");
        assertThat(service.listed()).isEqualTo(2);
      }
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void an_incorrect_password_prevents_the_start_and_is_not_shown() {
    try (var postgres = PostgresUnderTest.start()) {
      var variables = new HashMap<>(postgres.variables());
      variables.put("DATABASE_PASSWORD", "geheimnis");
      variables.put("ORDERS_PORT", "0");
      try (var service = ProcessUnderTest.launch("orders", variables)) {
        assertThat(service.awaitEnd()).isEqualTo(1);
        assertThat(service.log())
            .singleElement()
            .asString()
            .contains("DATABASE_PASSWORD", "PostgreSQL at 127.0.0.1")
            .doesNotContain("geheim");
      }
    }
  }

  /** A service and its client. */
  private static final class Service implements AutoCloseable {
    private final ProcessUnderTest process;
    private final ManagedChannel channel;

    private Service(ProcessUnderTest process) {
      this.process = process;
      channel =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", process.port(), InsecureChannelCredentials.create())
              .build();
    }

    static Service start(Map<String, String> database) {
      var variables = new HashMap<>(database);
      variables.put("ORDERS_PORT", "0");
      variables.put("DRAIN_MS", "0");
      return new Service(ProcessUnderTest.launch("orders", variables));
    }

    void place(String key) {
      OrderServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .placeOrder(OrderRequests.request("buyer", key).build());
    }

    /** Places the first order: a new process on a busy machine can exceed its timeouts. */
    void placeFirst(String key) {
      Polling.whileUnavailable(
          () -> {
            place(key);
            return true;
          });
    }

    int listed() {
      return OrderServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .listOrders(ListOrdersRequest.newBuilder().setBuyerId("buyer").build())
          .getOrdersCount();
    }

    Status failure(String key) {
      return failure(() -> place(key));
    }

    /** Asserts that the service responds with UNAVAILABLE before the deadline of the client. */
    void assertUnavailableInTime() {
      assertUnavailableInTime(() -> place("hung"));
      assertUnavailableInTime(this::listed);
    }

    private static void assertUnavailableInTime(Runnable call) {
      var status = failure(call);
      assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(status.getDescription())
          .startsWith("the orders are unavailable: PostgreSQL at 127.0.0.1:");
    }

    ServingStatus health(String name) {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .check(HealthCheckRequest.newBuilder().setService(name).build())
          .getStatus();
    }

    void awaitReady(ServingStatus status, Duration timeout) {
      Polling.within(
          timeout,
          () -> {
            assertThat(health("")).isEqualTo(status);
            assertThat(health("bookmarket.orders.v1.OrderService")).isEqualTo(status);
          });
    }

    void limitFileSize(String bytes) {
      try (var prlimit =
          ProcessUnderTest.start(
              "prlimit",
              new ProcessBuilder(
                  "prlimit", "--pid", String.valueOf(process.pid()), "--fsize=" + bytes + ":"),
              Map.of())) {
        assertThat(prlimit.awaitEnd()).isZero();
      }
    }

    void assertNothingPrivateIsLogged() {
      assertThat(String.join("\n", process.log()))
          .doesNotContain("Xyzzyplugh", "4915112345678", "Frobnitz", "geheim")
          .doesNotContain("ERROR");
    }

    @Override
    public void close() {
      channel.shutdownNow();
      process.close();
    }

    private static Status failure(Runnable call) {
      return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }
  }
}
