package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceImplBase;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsImplBase;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.JavaProcess;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** The channel to a backend: tries, balances, gives up and comes back, over real sockets. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BackendTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open) {
      one.close();
    }
    HostsFile.reset();
  }

  @Test
  void tries_a_read_again_that_fails_with_unavailable() {
    var server = closing(ScriptedBackend.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failFirst(2, Status.UNAVAILABLE);
    var before = server.calls();

    assertThat(codeOf(backend)).isEqualTo(Status.Code.OK);
    assertThat(server.calls() - before).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dns", "unix", "xds", "localhost.", "[::1]", "[fe80::1%1]", "192.0.2.1"})
  void has_a_channel_to_every_valid_host(String host) {
    connect(host, 1);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"OK", "UNAVAILABLE"})
  void tries_nothing_else_again(Status.Code code) {
    var server = closing(ScriptedBackend.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failFirst(1, code.toStatus());
    var before = server.calls();

    assertThat(codeOf(backend)).isEqualTo(code);
    assertThat(server.calls() - before).isEqualTo(1);
  }

  @Test
  void stops_trying_again_where_most_calls_fail() {
    var server = closing(ScriptedBackend.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failWith(Status.UNAVAILABLE);
    for (int call = 0; call < 20; call++) {
      assertThat(codeOf(backend)).isNotEqualTo(Status.Code.OK);
    }
    var before = server.calls();

    for (int call = 0; call < 10; call++) {
      assertThat(codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    assertThat(server.calls() - before).isEqualTo(10);
  }

  @Test
  void asks_again_for_a_read_whose_answer_was_cut_short() throws IOException {
    var calls = new AtomicInteger();
    var backend = connect("127.0.0.1", portOf(cuttingShort(calls, 1)));
    var last = new AtomicReference<Status.Code>();

    Eventually.soon(
        "arrived",
        () -> {
          last.set(codeOf(backend));
          return calls.get() > 0;
        });
    assertThat(last.get()).isEqualTo(Status.Code.OK);
    assertThat(calls.get()).isEqualTo(2);
  }

  @Test
  void asks_again_only_once_where_answers_are_cut_short() throws IOException {
    var calls = new AtomicInteger();
    var backend = connect("127.0.0.1", portOf(cuttingShort(calls, Integer.MAX_VALUE)));

    Eventually.soon(
        "connected", () -> codeOf(backend) == Status.Code.UNAVAILABLE && calls.get() > 0);
    var before = calls.get();

    assertThat(codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(calls.get() - before).isEqualTo(2);
  }

  @Test
  void never_asks_again_for_a_write() throws IOException {
    var calls = new AtomicInteger();
    var port =
        portOf(
            new OrderServiceImplBase() {
              @Override
              public void placeOrder(
                  PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> reply) {
                calls.incrementAndGet();
                reply.onNext(PlaceOrderResponse.getDefaultInstance());
                reply.onError(Status.UNAVAILABLE.asRuntimeException());
              }
            });
    var orders = OrderServiceGrpc.newBlockingStub(connect("127.0.0.1", port).channel());

    Eventually.soon(
        "connected",
        () -> {
          var failure =
              catchThrowableOfType(
                  StatusRuntimeException.class,
                  () -> orders.placeOrder(PlaceOrderRequest.getDefaultInstance()));
          return failure.getStatus().getCode() == Status.Code.UNAVAILABLE && calls.get() > 0;
        });
    assertThat(calls.get()).isEqualTo(1);
  }

  @Test
  void fails_at_once_where_nobody_listens() throws IOException {
    var mute = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    var deadline = medianTimeOf(connect("127.0.0.1", mute.getLocalPort()), 3);
    var backend = connect("127.0.0.1", freePort());
    Eventually.soon("known to be dead", () -> codeOf(backend) == Status.Code.UNAVAILABLE);

    // The median: the channel tries to connect twice a second, and a call may wait for that.
    assertThat(medianTimeOf(backend, 9).multipliedBy(2)).isLessThan(deadline);
  }

  @Test
  void waits_for_a_host_that_accepts_and_says_nothing_for_the_deadline_at_most()
      throws IOException {
    var mute = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));

    assertExceedsDeadline(connect("127.0.0.1", mute.getLocalPort()));
  }

  @Test
  void waits_for_an_endpoint_that_hangs_for_the_deadline_at_most() {
    var server = closing(ScriptedBackend.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.hang();

    assertExceedsDeadline(backend);
  }

  @Test
  void waits_for_a_name_that_leads_nowhere_for_the_deadline_at_most() {
    var backend = connect("nowhere.test", 50_051);

    for (int call = 0; call < 5; call++) {
      assertThat(codeOf(backend)).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void shares_calls_among_the_replicas_behind_a_name() {
    var one = closing(ScriptedBackend.start("127.0.0.1", 0));
    var other = closing(ScriptedBackend.start("127.0.0.2", one.port()));
    HostsFile.name("replicas.test", "127.0.0.1", "127.0.0.2");
    var backend = warm(connect("replicas.test", one.port()));
    Eventually.soon("both have calls", () -> callsReach(backend, one, other));
    var before = List.of(one.calls(), other.calls());

    for (int call = 0; call < 20; call++) {
      assertThat(codeOf(backend)).isEqualTo(Status.Code.OK);
    }

    assertThat(one.calls() - before.get(0)).isBetween(8, 12);
    assertThat(other.calls() - before.get(1)).isBetween(8, 12);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void finds_a_backend_that_comes_back_under_another_address() {
    var first = ScriptedBackend.start("127.0.0.1", 0);
    HostsFile.name("moving.test", "127.0.0.1");
    var backend = warm(connect("moving.test", first.port()));
    var port = first.port();

    first.close();
    HostsFile.name("moving.test", "127.0.0.2");
    closing(ScriptedBackend.start("127.0.0.2", port));

    Eventually.soon("found", () -> codeOf(backend) == Status.Code.OK);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void calls_no_replica_that_says_it_does_not_serve_until_it_serves_again() throws Exception {
    var healthy = closing(ScriptedBackend.start("127.0.0.1", 0));
    var calls = new AtomicInteger();
    var health = new HealthStatusManager();
    var ailing =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.2", healthy.port()))
            .addService(health.getHealthService())
            .addService(counting(calls))
            .build()
            .start();
    open.add(ailing::shutdownNow);
    HostsFile.name("ailing.test", "127.0.0.1", "127.0.0.2");
    var backend = warm(connect("ailing.test", healthy.port()));
    Eventually.soon("has calls", () -> callsArrive(backend, calls));

    health.setStatus("", ServingStatus.NOT_SERVING);
    Eventually.soon("has none", () -> !callsArrive(backend, calls));

    var before = calls.get();
    for (int call = 0; call < 20; call++) {
      assertThat(codeOf(backend)).isEqualTo(Status.Code.OK);
    }
    assertThat(calls.get()).isEqualTo(before);

    health.setStatus("", ServingStatus.SERVING);
    Eventually.soon("has calls again", () -> callsArrive(backend, calls));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs mkfifo")
  void waits_for_a_resolver_that_hangs_for_the_deadline_at_most(@TempDir Path folder)
      throws Exception {
    // Whoever reads this hosts file waits for a writer, and there is none.
    var fifo = folder.resolve("hosts");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    try (var process =
        JavaProcess.start(
            OneCall.class, Map.of(), List.of("-Djdk.net.hosts.file=" + fifo), "backend.test")) {
      assertThat(process.awaitEnd()).isZero();

      var last = process.awaitOutput("call=5 code=(\\S+)");
      assertThat(last.group(1)).isEqualTo("DEADLINE_EXCEEDED");
    }
  }

  /** Answers, and then fails so many calls as a killed process would. */
  private static RecommendationsImplBase cuttingShort(AtomicInteger calls, int first) {
    return new RecommendationsImplBase() {
      @Override
      public void recommend(
          RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
        reply.onNext(RecommendationResponse.getDefaultInstance());
        if (calls.incrementAndGet() <= first) {
          reply.onError(Status.UNAVAILABLE.asRuntimeException());
        } else {
          reply.onCompleted();
        }
      }
    };
  }

  private int portOf(BindableService service) throws IOException {
    var health = new HealthStatusManager();
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(health.getHealthService())
            .addService(service)
            .build()
            .start();
    open.add(server::shutdownNow);
    return server.getPort();
  }

  private static RecommendationsImplBase counting(AtomicInteger calls) {
    return new RecommendationsImplBase() {
      @Override
      public void recommend(
          RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
        calls.incrementAndGet();
        reply.onNext(RecommendationResponse.getDefaultInstance());
        reply.onCompleted();
      }
    };
  }

  /** Whether one of four calls, more than there are replicas, arrives there. */
  private static boolean callsArrive(Backend backend, AtomicInteger calls) {
    var before = calls.get();
    for (int call = 0; call < 4; call++) {
      codeOf(backend);
    }
    return calls.get() > before;
  }

  private boolean callsReach(Backend backend, ScriptedBackend one, ScriptedBackend other) {
    var before = List.of(one.calls(), other.calls());
    codeOf(backend);
    codeOf(backend);
    return one.calls() > before.get(0) && other.calls() > before.get(1);
  }

  @Test
  void logs_why_a_backend_is_lost_and_that_it_is_back() throws Exception {
    var silent = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    var free = freePort();
    try (var log = CapturedLog.begin()) {
      connectImpatiently("nowhere.test", 1);
      connectImpatiently("127.0.0.1", silent.getLocalPort());
      connectImpatiently("127.0.0.1", free);

      awaitLine(log, "backend=nowhere.test:1 reason=its name does not resolve Backend lost");
      awaitLine(
          log, "backend=127.0.0.1:" + silent.getLocalPort() + " reason=no answer Backend lost");
      awaitLine(log, "backend=127.0.0.1:" + free + " reason=it accepts no connection Backend lost");
      closing(ScriptedBackend.start("127.0.0.1", free));
      awaitLine(log, "backend=127.0.0.1:" + free + " Backend is back");
      assertThat(log.allLines())
          .filteredOn(line -> line.contains("=nowhere.test:") || line.contains("=127.0.0.1:"))
          .hasSize(4);
    }
  }

  @Test
  void logs_a_backend_that_says_it_does_not_serve_as_lost() throws Exception {
    var health = new HealthStatusManager();
    health.setStatus("", ServingStatus.NOT_SERVING);
    var ailing =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(health.getHealthService())
            .build()
            .start();
    open.add(ailing::shutdownNow);
    try (var log = CapturedLog.begin()) {
      connectImpatiently("127.0.0.1", ailing.getPort());

      awaitLine(log, "backend=127.0.0.1:" + ailing.getPort() + " reason=it is not ready Backend");
    }
  }

  private static void awaitLine(CapturedLog log, String text) {
    Eventually.soon(text, () -> log.allLines().stream().anyMatch(line -> line.contains(text)));
  }

  /** Takes it for lost a second after it could have been reached. */
  private void connectImpatiently(String host, int port) {
    var second = Duration.ofSeconds(1);
    var outages = new OutageLog(host + ":" + port, second, second);
    closing(Backend.connect(host, port, OneCall.SERVICES, outages));
  }

  private Backend connect(String host, int port) {
    return closing(Backend.connect(host, port, OneCall.SERVICES));
  }

  /** The same, connected, and with everything on the way loaded. */
  private static Backend warm(Backend backend) {
    Eventually.soon("connected", () -> codeOf(backend) == Status.Code.OK);
    return backend;
  }

  private static Status.Code codeOf(Backend backend) {
    try {
      var unused =
          RecommendationsGrpc.newBlockingStub(backend.channel())
              .recommend(RecommendationRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode();
    }
  }

  /** ServiceConfigTest checks how long the deadline is. */
  private static void assertExceedsDeadline(Backend backend) {
    for (int call = 0; call < 5; call++) {
      assertThat(codeOf(backend)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
  }

  private static Duration medianTimeOf(Backend backend, int calls) {
    var times = new ArrayList<Duration>();
    for (int call = 0; call < calls; call++) {
      var begin = System.nanoTime();
      assertThat(codeOf(backend)).isNotEqualTo(Status.Code.OK);
      times.add(Duration.ofNanos(System.nanoTime() - begin));
    }
    return times.stream().sorted().skip(calls / 2).findFirst().orElseThrow();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private <T extends AutoCloseable> T closing(T one) {
    open.add(0, one);
    return one;
  }
}
