package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.telemetry.AdmissionMetrics;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CallAdmissionTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int THREADS = 2;
  private static final int LIMIT = 20;
  private static final int NORMAL_LIMIT = 16;

  /** The requests whose handlers have begun, in this order. */
  private final List<String> begun = new CopyOnWriteArrayList<>();

  private final TestTelemetry telemetry = TestTelemetry.begin();
  private final Semaphore finish = new Semaphore(0);
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final HandlerThreads threads =
      new HandlerThreads("test", THREADS, new AdaptiveLimit(LIMIT, LIMIT, LONG));
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    var builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create())
            .addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String name, Metadata headers) {
                    streams.incrementAndGet();
                    return new ServerStreamTracer() {
                      @Override
                      public void streamClosed(Status status) {
                        closed.incrementAndGet();
                      }
                    };
                  }
                })
            .addService(new HealthStatusManager().getHealthService())
            .addService(new OneRpc(this::handle).bindService());
    var metrics = new AdmissionMetrics("grpc", Priority.values());
    new CallAdmission(threads, metrics).addTo(builder);
    server = builder.build().start();
    var unused =
        metrics.observe(server.getPort(), threads::running, threads::waiting, threads::limit);
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    finish.release(1_000_000);
    channel.shutdownNow();
    server.shutdownNow();
    telemetry.close();
  }

  private void handle(String request, io.grpc.stub.StreamObserver<String> response) {
    begun.add(request);
    finish.acquireUninterruptibly();
    OneRpc.reply(request, response);
  }

  @Test
  void admits_as_many_calls_as_the_limit_allows_and_rejects_the_others_at_once() throws Exception {
    var calls = beginAll(channel, NORMAL_LIMIT + 5);

    Eventually.soon(
        "5 calls are rejected", () -> calls.stream().filter(Future::isDone).count() == 5);
    assertThat(begun).hasSizeLessThanOrEqualTo(THREADS);
    finish.release(NORMAL_LIMIT);
    Eventually.soon("all have ended", () -> calls.stream().allMatch(Future::isDone));

    assertThat(begun).hasSize(NORMAL_LIMIT);
  }

  @Test
  void measures_calls_in_flight_waiting_and_rejected_but_no_health_checks() throws Exception {
    occupyAllPlaces();
    for (int i = 0; i < 3; i++) {
      var unused = failureOf(OneRpc.begin(channel, "too many", LONG));
      var health = HealthGrpc.newBlockingStub(channel);
      var alsoUnused = health.check(HealthCheckRequest.getDefaultInstance());
    }

    var metrics = telemetry.metrics();

    var labels =
        Map.of("bookmarket_protocol", "grpc", "server_port", String.valueOf(server.getPort()));
    assertThat(metrics.value("bookmarket_admission_in_flight", labels)).isEqualTo(THREADS);
    assertThat(metrics.value("bookmarket_admission_waiting", labels))
        .isEqualTo(NORMAL_LIMIT - THREADS);
    assertThat(metrics.value("bookmarket_admission_limit", labels)).isEqualTo(LIMIT);
    assertThat(metrics.samples("bookmarket_admission_rejected_total"))
        .allMatch(rejected -> rejected.has("bookmarket_protocol", "grpc"))
        .extracting(rejected -> rejected.labels().get("bookmarket_priority") + rejected.value())
        .containsExactlyInAnyOrder("order0.0", "basket0.0", "normal3.0", "low0.0");
  }

  @Test
  void marks_a_rejected_call_as_not_started_and_forbids_retries() throws Exception {
    var blocked = occupyAllPlaces();

    var failure = failureOf(OneRpc.begin(channel, "too many", LONG));

    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(CallRejection.isCauseOf(failure)).isTrue();
    assertThat(CallRejection.isCauseOf(new IllegalStateException(failure))).isTrue();
    assertThat(Status.trailersFromThrowable(failure).toString()).contains("retry-pushback-ms=-1");
    assertThat(blocked).noneMatch(Future::isDone);
  }

  @Test
  void marks_no_failure_of_a_call_that_has_started() {
    assertThat(CallRejection.isCauseOf(new IllegalStateException())).isFalse();
    assertThat(CallRejection.isCauseOf(Status.RESOURCE_EXHAUSTED.asRuntimeException())).isFalse();
    assertThat(
            CallRejection.isCauseOf(Status.RESOURCE_EXHAUSTED.asRuntimeException(new Metadata())))
        .isFalse();
  }

  @Test
  void a_rejection_is_not_retried() {
    occupyAllPlaces();
    var retrying =
        ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .defaultServiceConfig(
                Map.of(
                    "methodConfig", List.of(OneRpc.retries("UNAVAILABLE", "RESOURCE_EXHAUSTED"))))
            .build();
    try {
      var before = streams.get();

      assertThatThrownBy(() -> OneRpc.call(retrying, "too many"))
          .hasMessageStartingWith("RESOURCE_EXHAUSTED");

      assertThat(streams.get() - before).isEqualTo(1);
    } finally {
      retrying.shutdownNow();
    }
  }

  @Test
  void admits_calls_of_a_higher_priority_when_the_others_are_rejected() throws Exception {
    occupyAllPlaces();

    var order = OneRpc.begin(withPriority("ORDER"), "order", LONG);
    var low = failureOf(OneRpc.begin(withPriority("LOW"), "low", LONG));
    var unknown = failureOf(OneRpc.begin(withPriority("HIGHEST"), "unknown", LONG));
    finish.release(THREADS);
    awaitBegun(2 * THREADS);

    assertThat(CallRejection.isCauseOf(low)).isTrue();
    assertThat(CallRejection.isCauseOf(unknown)).isTrue();
    assertThat(begun.subList(THREADS, 2 * THREADS)).contains("order");
    finish.release(NORMAL_LIMIT);
    assertThat(order.get(30, TimeUnit.SECONDS)).isEqualTo("order");
  }

  @Test
  void does_not_start_a_call_whose_deadline_expired_while_it_waited() throws Exception {
    var blocked = beginAll(channel, THREADS);
    awaitBegun(THREADS);
    // Long enough to reach the server, also on a busy machine.
    var waiting = OneRpc.begin(channel, "expires", Duration.ofSeconds(3));
    Eventually.soon("the call waits", () -> threads.waiting() == 1);
    assertThat(Status.fromThrowable(failureOf(waiting)).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    Eventually.soon("the call has ended at the server too", () -> closed.get() == 1);

    finish.release(THREADS);
    for (var call : blocked) {
      call.get(30, TimeUnit.SECONDS);
    }
    finish.release(1);
    OneRpc.call(channel, "later");

    assertThat(begun).doesNotContain("expires").contains("later");
  }

  @Test
  void does_not_start_a_call_that_was_cancelled_while_it_waited() throws Exception {
    var blocked = beginAll(channel, THREADS);
    awaitBegun(THREADS);
    var waiting = OneRpc.begin(channel, "cancelled", LONG);
    Eventually.soon("the call waits", () -> threads.waiting() == 1);
    waiting.cancel(true);
    Eventually.soon("the cancellation has arrived", () -> closed.get() == 1);

    finish.release(THREADS + 1);
    for (var call : blocked) {
      call.get(30, TimeUnit.SECONDS);
    }
    OneRpc.call(channel, "later");

    assertThat(begun).doesNotContain("cancelled").contains("later");
  }

  @Test
  void responds_to_health_checks_while_all_threads_are_busy() {
    beginAll(channel, LIMIT + 5);
    awaitBegun(THREADS);

    var response =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());

    assertThat(response.getStatusValue()).isEqualTo(1);
  }

  @Test
  void calls_without_a_request_occupy_no_place() {
    try (var idle = RawGrpc.http2(server.getPort())) {
      for (int call = 0; call < 5 * LIMIT; call++) {
        idle.call("/" + OneRpc.CALL.getFullMethodName(), Map.of());
      }
      Eventually.soon("all have arrived", () -> streams.get() == 5 * LIMIT);
      finish.release(1);

      assertThat(OneRpc.call(channel, "served")).isEqualTo("served");
    }
  }

  @Test
  void calls_whose_response_is_not_read_occupy_no_place() {
    finish.release(1_000);
    var unread = new ArrayList<ClientCall<String, String>>();
    for (int i = 0; i < 5 * LIMIT; i++) {
      var call = channel.newCall(OneRpc.CALL, CallOptions.DEFAULT);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage("unread");
      call.halfClose();
      unread.add(call);
      var count = i + 1;
      Eventually.soon("its handler has run", () -> begun.size() == count);
    }

    assertThat(OneRpc.call(channel, "served")).isEqualTo("served");
    unread.forEach(call -> call.cancel("end of the test", null));
  }

  @Test
  void serves_again_after_an_overload() throws Exception {
    for (int round = 0; round < 3; round++) {
      var calls = beginAll(channel, 3 * LIMIT);
      Eventually.soon(
          "the others are rejected",
          () -> calls.stream().filter(Future::isDone).count() == 3 * LIMIT - NORMAL_LIMIT);
      finish.release(NORMAL_LIMIT);
      Eventually.soon("all have ended", () -> calls.stream().allMatch(Future::isDone));
      Eventually.soon("all places are free", () -> threads.running() + threads.waiting() == 0);
    }
    finish.release(1);

    assertThat(OneRpc.call(channel, "served")).isEqualTo("served");
  }

  private static List<Future<String>> beginAll(Channel channel, int count) {
    var calls = new ArrayList<Future<String>>();
    for (int call = 0; call < count; call++) {
      calls.add(OneRpc.begin(channel, "call " + call, LONG));
    }
    return calls;
  }

  private Channel withPriority(String priority) {
    var headers = new Metadata();
    headers.put(Priority.HEADER, priority);
    return io.grpc.ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * Begins as many calls as calls of normal priority may run or wait, and returns them. All have
   * reached the server: a channel that is being connected does not send calls in their order.
   */
  private List<Future<String>> occupyAllPlaces() {
    var calls = beginAll(channel, NORMAL_LIMIT);
    awaitBegun(THREADS);
    Eventually.soon("the other calls wait", () -> threads.waiting() == NORMAL_LIMIT - THREADS);
    return calls;
  }

  private void awaitBegun(int count) {
    Eventually.soon(count + " handlers have begun", () -> begun.size() >= count);
  }

  /** Waits for the end of the call; returns why it failed. */
  private static Throwable failureOf(Future<String> call) {
    try {
      throw new AssertionError("succeeded: " + call.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
