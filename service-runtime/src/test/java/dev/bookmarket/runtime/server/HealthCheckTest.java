package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The health of a server whose health check passes and fails. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HealthCheckTest {
  private final Switched database = new Switched();
  private final AtomicInteger warmUps = new AtomicInteger();
  private ManagedChannel channel = channelTo(0);

  @AfterEach
  void closeChannel() {
    channel.shutdownNow();
  }

  @Test
  void is_ready_immediately_if_the_check_passes() {
    try (var server = start()) {
      connectTo(server);

      assertThat(health("")).isEqualTo(ServingStatus.SERVING);
      assertThat(warmUps).hasValue(1);
    }
  }

  @Test
  void is_alive_but_not_ready_until_the_check_passes() {
    database.missing = "no database yet";
    try (var server = start()) {
      connectTo(server);
      assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(health(OneRpc.SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);
      assertThat(server.isReady()).isFalse();
      assertThat(warmUps).hasValue(0);

      database.missing = "";

      awaitHealth(ServingStatus.SERVING);
      assertThat(server.isReady()).isTrue();
      assertThat(warmUps).hasValue(1);
    }
  }

  @Test
  void is_alive_but_not_ready_while_the_check_fails() {
    try (var server = start()) {
      connectTo(server);

      database.missing = "connection refused";
      awaitHealth(ServingStatus.NOT_SERVING);
      assertThat(health(OneRpc.SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);

      database.missing = "";
      awaitHealth(ServingStatus.SERVING);
      assertThat(warmUps).as("warm-ups").hasValue(1);
    }
  }

  @Test
  void is_not_ready_while_the_check_hangs() {
    try (var server = start()) {
      connectTo(server);

      database.hang = new CountDownLatch(1);
      awaitHealth(ServingStatus.NOT_SERVING);
      assertThat(health(GrpcServer.LIVENESS)).isEqualTo(ServingStatus.SERVING);

      database.hang.countDown();
      awaitHealth(ServingStatus.SERVING);
    }
  }

  @Test
  void logs_each_change_once_with_its_reason() {
    try (var log = CapturedLog.begin();
        var server = start()) {
      connectTo(server);
      database.missing = "connection refused";
      awaitHealth(ServingStatus.NOT_SERVING);
      awaitMoreChecks();
      database.missing = "";
      awaitHealth(ServingStatus.SERVING);
      Eventually.soon(
          "that it is ready", () -> log.lines().stream().anyMatch(line -> line.endsWith(" Ready")));

      assertThat(log.lines())
          .filteredOn(line -> line.contains("Not ready"))
          .singleElement()
          .asString()
          .contains("WARN", "connection refused");
    }
  }

  @Test
  void logs_a_repeated_failure_once() {
    try (var log = CapturedLog.begin();
        var server = start()) {
      connectTo(server);
      database.fault = "SQLSTATE 42P01";
      awaitHealth(ServingStatus.NOT_SERVING);
      awaitMoreChecks();
      database.fault = "SQLSTATE 22021";
      Eventually.soon(
          "the other fault, and that it is not ready for that",
          () ->
              log.lines().stream()
                  .dropWhile(line -> !line.contains("SQLSTATE 22021"))
                  .anyMatch(line -> line.contains("Not ready")));

      assertThat(log.lines()).filteredOn(line -> line.contains("SQLSTATE 42P01")).hasSize(1);
      assertThat(log.lines()).filteredOn(line -> line.contains("Not ready")).hasSize(2);
    }
  }

  @Test
  void logs_nothing_if_the_stop_interrupts_a_check() {
    var before = healthThreads();
    try (var log = CapturedLog.begin()) {
      try (var server = start()) {
        assertThat(server.port()).isPositive();
        assertThat(before.containsAll(healthThreads())).isFalse();
        database.hang = new CountDownLatch(1);
        Eventually.soon("a check that hangs", () -> database.hangs);
      }
      Eventually.soon("the end of the check", () -> before.containsAll(healthThreads()));

      assertThat(log.lines())
          .noneMatch(line -> line.contains("ERROR") || line.contains("Unexpected failure"));
    }
  }

  private static Set<Thread> healthThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("health-\\d+"))
        .collect(Collectors.toSet());
  }

  @Test
  void does_not_start_if_the_check_can_never_pass() {
    database.misconfigured = true;

    assertThatThrownBy(this::start).isInstanceOf(StartupException.class).hasMessage("a bad URL");
    assertThat(database.closed).hasValue(1);
  }

  @Test
  void closes_the_check_once_after_it_has_stopped() {
    var server = start();

    server.close();
    server.close();

    assertThat(database.closed).hasValue(1);
  }

  private GrpcServer start() {
    return GrpcServer.start(
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofMinutes(10)),
        List.of(OneRpc.echo()),
        channel -> {
          OneRpc.call(channel, "warm-up");
          warmUps.incrementAndGet();
        },
        database,
        CallPolicy.ANY_SERVICE);
  }

  private void connectTo(GrpcServer server) {
    channel = channelTo(server.port());
  }

  private void awaitMoreChecks() {
    int checks = database.checks.get();
    Eventually.soon("more checks", () -> database.checks.get() > checks + 1);
  }

  private void awaitHealth(ServingStatus status) {
    Eventually.soon("health " + status, () -> health("") == status);
  }

  private ServingStatus health(String service) {
    return health(channel, service);
  }

  private static ServingStatus health(Channel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static ManagedChannel channelTo(int port) {
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
        .build();
  }

  /** A health check that passes, fails, hangs or can never pass, as a test defines. */
  private static final class Switched implements HealthCheck {
    volatile String missing = "";
    volatile String fault = "";
    volatile CountDownLatch hang = new CountDownLatch(0);
    volatile boolean hangs;
    volatile boolean misconfigured;
    final AtomicInteger checks = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void check() {
      checks.incrementAndGet();
      if (misconfigured) {
        throw new StartupException("a bad URL");
      }
      try {
        hangs = hang.getCount() > 0;
        hang.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      if (!fault.isEmpty()) {
        throw new IllegalStateException(fault);
      }
      if (!missing.isEmpty()) {
        throw new UnavailableException(missing);
      }
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
