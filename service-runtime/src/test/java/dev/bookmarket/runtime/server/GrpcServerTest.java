package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GrpcServerTest {
  private static final Duration NO_DRAIN = Duration.ZERO;
  private static final Duration LONG_DRAIN = Duration.ofMinutes(10);
  private static final Consumer<Channel> NO_WARM_UP = channel -> {};

  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void closeChannels() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void uses_a_free_port_if_the_port_is_0() {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      assertThat(server.port()).isPositive();
      assertThat(OneRpc.call(channelTo(server), "hello")).isEqualTo("hello");
    }
  }

  @Test
  void accepts_requests_of_up_to_256_KiB_and_continues_after_a_larger_one() {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      var channel = channelTo(server);
      var large = "x".repeat(250 * 1024);

      assertThatThrownBy(() -> OneRpc.call(channel, "x".repeat(256 * 1024)))
          .hasMessageStartingWith("RESOURCE_EXHAUSTED");
      assertThat(OneRpc.call(channel, large)).isEqualTo(large);
    }
  }

  @Test
  void reports_not_serving_while_it_warms_up() {
    var meanwhile = new ArrayList<ServingStatus>();
    Consumer<Channel> warmUp =
        channel -> {
          meanwhile.add(health(channel, ""));
          meanwhile.add(health(channel, OneRpc.SERVICE));
        };

    try (var server = GrpcServer.start(config(NO_DRAIN), List.of(OneRpc.echo()), warmUp)) {
      assertThat(meanwhile).containsExactly(ServingStatus.NOT_SERVING, ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void reports_serving_when_it_is_warm() {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      var channel = channelTo(server);

      assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(health(channel, OneRpc.SERVICE)).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void measures_calls_but_not_those_of_the_warm_up() {
    Consumer<Channel> warmUp = channel -> OneRpc.call(channel, "warm-up");
    try (var telemetry = TestTelemetry.begin();
        var server = GrpcServer.start(config(NO_DRAIN), List.of(OneRpc.echo()), warmUp)) {
      OneRpc.call(channelTo(server), "hello");

      Eventually.soon(
          "a duration", () -> !telemetry.histogram("rpc.server.call.duration").isEmpty());
      assertThat(telemetry.histogram("rpc.server.call.duration"))
          .singleElement()
          .returns(1L, HistogramPointData::getCount);
    }
  }

  @Test
  void stops_listening_if_the_warm_up_fails() throws IOException {
    var port = freePort();
    Consumer<Channel> warmUp =
        channel -> {
          throw new IllegalStateException("no books");
        };

    assertThatThrownBy(
            () -> GrpcServer.start(config(port, NO_DRAIN), List.of(OneRpc.echo()), warmUp))
        .hasMessage("no books");
    assertThat(accepts(port)).isFalse();
  }

  @Test
  void lists_its_services_to_reflection_v1() throws Exception {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      var answer = new CompletableFuture<io.grpc.reflection.v1.ServerReflectionResponse>();
      var requests =
          io.grpc.reflection.v1.ServerReflectionGrpc.newStub(channelTo(server))
              .serverReflectionInfo(first(answer));
      requests.onNext(
          io.grpc.reflection.v1.ServerReflectionRequest.newBuilder().setListServices("").build());
      requests.onCompleted();

      assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
          .extracting(service -> service.getName())
          .contains(OneRpc.SERVICE, "grpc.health.v1.Health");
    }
  }

  @Test
  void lists_its_services_to_reflection_v1alpha() throws Exception {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      var answer = new CompletableFuture<io.grpc.reflection.v1alpha.ServerReflectionResponse>();
      var requests =
          io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channelTo(server))
              .serverReflectionInfo(first(answer));
      requests.onNext(
          io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
              .setListServices("")
              .build());
      requests.onCompleted();

      assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
          .extracting(service -> service.getName())
          .contains(OneRpc.SERVICE, "grpc.health.v1.Health");
    }
  }

  @Test
  void counts_its_calls_for_channelz() {
    try (var server = start(NO_DRAIN, OneRpc.echo())) {
      var channel = channelTo(server);
      OneRpc.call(channel, "hello");

      // gRPC counts a call after it has sent the response.
      Eventually.soon(
          "counted",
          () ->
              ChannelzGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(10, TimeUnit.SECONDS)
                  .getServers(GetServersRequest.getDefaultInstance())
                  .getServerList()
                  .stream()
                  .anyMatch(one -> one.getData().getCallsSucceeded() > 0));
    }
  }

  @Test
  void names_the_port_that_is_taken_and_its_variable() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var port = other.getLocalPort();

      assertThatThrownBy(() -> start(config(port, NO_DRAIN), OneRpc.echo()))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "port %s is taken: stop the process that uses it, or set X_PORT to another port",
              port);
    }
  }

  @Test
  void names_an_address_that_is_not_of_this_machine() throws IOException {
    // 192.0.2.0/24 is for documentation: no machine has an address in it.
    var listen = new ListenAddress(InetAddress.getByName("192.0.2.1"), 0, "X_PORT");

    assertThatThrownBy(
            () -> start(new GrpcServerConfig(listen, NO_DRAIN, LONG_DRAIN), OneRpc.echo()))
        .isInstanceOf(StartupException.class)
        .hasMessageContainingAll("192.0.2.1", "BIND_ADDRESS", "X_PORT");
  }

  @Test
  void reports_early_that_it_stops_and_continues_to_respond() throws Exception {
    var server = start(LONG_DRAIN, OneRpc.echo());
    var channel = channelTo(server);
    var health = watchHealth(channel);
    assertThat(health.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

    var stop = inBackground(server::close);

    assertThat(health.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health(channel, OneRpc.SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(OneRpc.call(channel, "hello")).isEqualTo("hello");
    assertThat(OneRpc.call(channelTo(server), "a new one")).isEqualTo("a new one");
    stop.interrupt();
    stop.join(10_000);
    assertThat(accepts(server.port())).isFalse();
  }

  @Test
  void rejects_connections_after_the_drain() {
    var server = start(Duration.ofMillis(50), OneRpc.echo());
    var port = server.port();

    server.close();

    assertThat(accepts(port)).isFalse();
  }

  @Test
  void responds_to_calls_in_flight_when_it_stops() throws Exception {
    var slow = new SlowCalls();
    var server = start(NO_DRAIN, slow.service());
    var calls = new ArrayList<java.util.concurrent.Future<String>>();
    for (int client = 0; client < 5; client++) {
      calls.add(OneRpc.begin(channelTo(server), "slow " + client, Duration.ofSeconds(30)));
    }
    slow.awaitBegun(5);

    var stop = inBackground(server::close);
    awaitRefusal(server);
    slow.finish();

    for (int client = 0; client < 5; client++) {
      assertThat(calls.get(client).get(10, TimeUnit.SECONDS)).isEqualTo("slow " + client);
    }
    stop.join(10_000);
    assertThat(stop.isAlive()).isFalse();
  }

  @Test
  void does_not_wait_for_a_call_that_never_ends() throws Exception {
    var server =
        new GrpcServer(
            config(NO_DRAIN),
            List.of(new OneRpc((request, reply) -> {})),
            NO_WARM_UP,
            HealthCheck.NONE,
            CallPolicy.ANY_SERVICE,
            Duration.ofMillis(200));
    var endless = OneRpc.begin(channelTo(server), "x", Duration.ofMinutes(10));
    Eventually.soon("call on its way", () -> callsStarted(server) > 0);

    server.close();

    assertThatThrownBy(() -> endless.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure ->
                assertThat(failure.getStatus().getCode())
                    .isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED));
  }

  @Test
  void does_not_wait_for_health_watches() throws Exception {
    var server =
        new GrpcServer(
            config(NO_DRAIN),
            List.of(OneRpc.echo()),
            NO_WARM_UP,
            HealthCheck.NONE,
            CallPolicy.ANY_SERVICE,
            Duration.ofMinutes(10));
    var health = watchHealth(channelTo(server));
    assertThat(health.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

    server.close(); // would take 10 minutes, and exceed the timeout of this class

    assertThat(accepts(server.port())).isFalse();
  }

  @Test
  void stops_only_once() {
    var server = start(NO_DRAIN, OneRpc.echo());

    server.close();
    server.close();

    assertThat(accepts(server.port())).isFalse();
  }

  @Test
  void close_returns_to_all_threads_only_after_the_stop() throws Exception {
    var slow = new SlowCalls();
    var server = start(NO_DRAIN, slow.service());
    var call = OneRpc.begin(channelTo(server), "slow", Duration.ofSeconds(30));
    slow.awaitBegun(1);
    var returnedEarly = new AtomicBoolean();
    Runnable close =
        () -> {
          server.close();
          if (!slow.finished()) {
            returnedEarly.set(true);
          }
        };

    var first = inBackground(close);
    awaitRefusal(server);
    var second = inBackground(close);
    Eventually.soon(
        "the second waits or is back",
        () -> !Set.of(Thread.State.NEW, Thread.State.RUNNABLE).contains(second.getState()));
    slow.finish();
    first.join(10_000);
    second.join(10_000);

    assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("slow");
    assertThat(first.isAlive() || second.isAlive()).isFalse();
    assertThat(returnedEarly).isFalse();
  }

  private static GrpcServerConfig config(Duration drain) {
    return config(0, drain);
  }

  private static GrpcServerConfig config(int port, Duration drain) {
    return new GrpcServerConfig(
        new ListenAddress(InetAddress.getLoopbackAddress(), port, "X_PORT"), drain, LONG_DRAIN);
  }

  private static GrpcServer start(Duration drain, BindableService service) {
    return start(config(drain), service);
  }

  private static GrpcServer start(GrpcServerConfig config, BindableService service) {
    return GrpcServer.start(config, List.of(service), NO_WARM_UP);
  }

  private ManagedChannel channelTo(GrpcServer server) {
    var channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", server.port(), InsecureChannelCredentials.create())
            .build();
    channels.add(channel);
    return channel;
  }

  private long callsStarted(GrpcServer server) {
    return ChannelzGrpc.newBlockingStub(channelTo(server))
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .getServers(GetServersRequest.getDefaultInstance())
        .getServerList()
        .stream()
        .mapToLong(one -> one.getData().getCallsStarted() - 1)
        .max()
        .orElse(0);
  }

  private static ServingStatus health(Channel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static BlockingQueue<ServingStatus> watchHealth(Channel channel) {
    var statuses = new LinkedBlockingQueue<ServingStatus>();
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<HealthCheckResponse>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                statuses.add(response.getStatus());
              }

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            });
    return statuses;
  }

  private static <T> StreamObserver<T> first(CompletableFuture<T> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        answer.complete(value);
      }

      @Override
      public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static Thread inBackground(Runnable task) {
    var thread = new Thread(task, "stop");
    thread.start();
    return thread;
  }

  /** Returns whether the server listens; it closes the socket first after its drain. */
  private static void awaitRefusal(GrpcServer server) {
    Eventually.soon("no more listening", () -> !accepts(server.port()));
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Calls in flight that a test can finish. */
  private static final class SlowCalls {
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final CountDownLatch finish = new CountDownLatch(1);

    OneRpc service() {
      return new OneRpc(
          (request, reply) -> {
            begun.add(request);
            try {
              finish.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            OneRpc.reply(request, reply);
          });
    }

    void awaitBegun(int calls) throws InterruptedException {
      for (int call = 0; call < calls; call++) {
        assertThat(begun.poll(10, TimeUnit.SECONDS)).isNotNull();
      }
    }

    void finish() {
      finish.countDown();
    }

    boolean finished() {
      return finish.getCount() == 0;
    }
  }
}
