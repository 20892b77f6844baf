package dev.bookmarket.runtime.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.JavaProcess;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.tls.Tls;
import dev.bookmarket.runtime.tls.TlsConfig;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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

/** Retries, load balancing, deadlines and reconnection of a channel, over real sockets. */
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
  void retries_a_read_that_fails_with_unavailable() {
    var server = closing(ScriptedService.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failFirst(2, Status.UNAVAILABLE);
    var before = server.calls();

    assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.OK);
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
  void retries_no_other_status(Status.Code code) {
    var server = closing(ScriptedService.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failFirst(1, code.toStatus());
    var before = server.calls();

    assertThat(ScriptedService.codeOf(backend)).isEqualTo(code);
    assertThat(server.calls() - before).isEqualTo(1);
  }

  @Test
  void stops_retrying_if_most_calls_fail() {
    var server = closing(ScriptedService.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.failWith(Status.UNAVAILABLE);
    for (int call = 0; call < 20; call++) {
      assertThat(ScriptedService.codeOf(backend)).isNotEqualTo(Status.Code.OK);
    }
    var before = server.calls();

    for (int call = 0; call < 10; call++) {
      assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    assertThat(server.calls() - before).isEqualTo(10);
  }

  @Test
  void repeats_a_read_whose_response_was_truncated() {
    var server = closing(ScriptedService.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.truncateFirst(1);
    var before = server.calls();

    assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.OK);
    assertThat(server.calls() - before).isEqualTo(2);
  }

  @Test
  void repeats_a_read_only_once_if_all_responses_are_truncated() {
    var server = closing(ScriptedService.start());
    var backend = warm(connect("127.0.0.1", server.port()));
    server.truncateFirst(Integer.MAX_VALUE);
    var before = server.calls();

    assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(server.calls() - before).isEqualTo(2);
  }

  @Test
  void sends_the_priority_of_the_request_with_each_attempt() throws Exception {
    var priorities = new ConcurrentLinkedQueue<String>();
    var attempts = new AtomicInteger();
    BindableService service =
        () ->
            ServerInterceptors.intercept(
                new OneRpc(
                    (request, reply) -> {
                      reply.onNext(request);
                      if (attempts.incrementAndGet() == 1) {
                        reply.onError(Status.UNAVAILABLE.asRuntimeException());
                      } else {
                        reply.onCompleted();
                      }
                    }),
                new ServerInterceptor() {
                  @Override
                  public <Q, A> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                    Stream.ofNullable(headers.getAll(Priority.HEADER))
                        .forEach(values -> values.forEach(priorities::add));
                    return next.startCall(call, headers);
                  }
                });
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1));
    var server = closing(GrpcServer.start(config, List.of(service), channel -> {}));
    var backend = warm(connect("127.0.0.1", server.port()));
    attempts.set(0);

    Context.current()
        .withValue(Priority.KEY, Priority.ORDER)
        .run(() -> OneRpc.call(backend.channel(), "order"));
    assertThat(attempts).hasValue(2);
    OneRpc.call(backend.channel(), "page");
    assertThat(priorities).containsExactly("ORDER", "ORDER");
  }

  @Test
  void never_repeats_a_write() {
    var server = closing(ScriptedService.start());
    var backend =
        warm(closing(Backend.connect("127.0.0.1", server.port(), ScriptedService.WRITES)));
    var before = server.calls();

    server.truncateFirst(1);
    assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);
    server.failFirst(1, Status.UNAVAILABLE);
    assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.UNAVAILABLE);

    assertThat(server.calls() - before).isEqualTo(2);
  }

  @Test
  void fails_immediately_if_nothing_listens() throws IOException {
    var silent = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    var deadline = medianTimeOf(connectHurried("127.0.0.1", silent.getLocalPort()), 3);
    var backend = connectHurried("127.0.0.1", freePort());
    Eventually.soon(
        "known to be dead", () -> ScriptedService.codeOf(backend) == Status.Code.UNAVAILABLE);

    // The median: the channel tries to connect twice a second, and a call may wait for that.
    assertThat(medianTimeOf(backend, 9).multipliedBy(2)).isLessThan(deadline);
  }

  @Test
  void fails_after_the_deadline_if_the_host_accepts_connections_but_sends_nothing()
      throws IOException {
    var silent = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));

    assertExceedsDeadline(connectHurried("127.0.0.1", silent.getLocalPort()));
  }

  @Test
  void fails_after_the_deadline_if_the_endpoint_hangs() {
    var server = closing(ScriptedService.start());
    var backend = warm(connectHurried("127.0.0.1", server.port()));
    server.hang();

    assertExceedsDeadline(backend);
  }

  @Test
  void fails_within_the_deadline_if_the_name_does_not_resolve() {
    var backend = connectHurried("nowhere.test", 50_051);

    for (int call = 0; call < 5; call++) {
      assertThat(ScriptedService.codeOf(backend))
          .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void balances_calls_over_the_replicas_of_a_name() {
    var one = closing(ScriptedService.start("127.0.0.1", 0));
    var other = closing(ScriptedService.start("127.0.0.2", one.port()));
    HostsFile.name("replicas.test", "127.0.0.1", "127.0.0.2");
    var backend = warm(connect("replicas.test", one.port()));
    Eventually.soon("both have calls", () -> callsReach(backend, one, other));
    var before = List.of(one.calls(), other.calls());

    for (int call = 0; call < 20; call++) {
      assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.OK);
    }

    assertThat(one.calls() - before.get(0)).isBetween(8, 12);
    assertThat(other.calls() - before.get(1)).isBetween(8, 12);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void finds_a_service_that_restarts_with_another_address() {
    var first = ScriptedService.start("127.0.0.1", 0);
    HostsFile.name("moving.test", "127.0.0.1");
    var backend = warm(connect("moving.test", first.port()));
    var port = first.port();

    first.close();
    HostsFile.name("moving.test", "127.0.0.2");
    closing(ScriptedService.start("127.0.0.2", port));

    Eventually.soon("found", () -> ScriptedService.codeOf(backend) == Status.Code.OK);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void calls_no_replica_that_reports_not_serving_until_it_serves_again() throws Exception {
    var healthy = closing(ScriptedService.start("127.0.0.1", 0));
    var calls = new AtomicInteger();
    var health = new HealthStatusManager();
    var notServing =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.2", healthy.port()))
            .addService(health.getHealthService())
            .addService(counting(calls))
            .build()
            .start();
    open.add(notServing::shutdownNow);
    HostsFile.name("replicas.test", "127.0.0.1", "127.0.0.2");
    var backend = warm(connect("replicas.test", healthy.port()));
    Eventually.soon("has calls", () -> callsArrive(backend, calls));

    health.setStatus("", ServingStatus.NOT_SERVING);
    Eventually.soon("has none", () -> !callsArrive(backend, calls));

    var before = calls.get();
    for (int call = 0; call < 20; call++) {
      assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.OK);
    }
    assertThat(calls.get()).isEqualTo(before);

    health.setStatus("", ServingStatus.SERVING);
    Eventually.soon("has calls again", () -> callsArrive(backend, calls));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs mkfifo")
  void fails_after_the_deadline_if_the_resolver_hangs(@TempDir Path folder) throws Exception {
    // Reading this hosts file blocks, because no process writes to it.
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

  private static OneRpc counting(AtomicInteger calls) {
    return new OneRpc(
        (request, reply) -> {
          calls.incrementAndGet();
          OneRpc.reply("ok", reply);
        });
  }

  /** Returns whether one of four calls, more than there are replicas, arrives at the server. */
  private static boolean callsArrive(Backend backend, AtomicInteger calls) {
    var before = calls.get();
    for (int call = 0; call < 4; call++) {
      ScriptedService.codeOf(backend);
    }
    return calls.get() > before;
  }

  private boolean callsReach(Backend backend, ScriptedService one, ScriptedService other) {
    var before = List.of(one.calls(), other.calls());
    ScriptedService.codeOf(backend);
    ScriptedService.codeOf(backend);
    return one.calls() > before.get(0) && other.calls() > before.get(1);
  }

  @Test
  void logs_why_a_service_is_lost_and_that_it_is_back() throws Exception {
    var silent = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    try (var log = CapturedLog.begin();
        var bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0)); // accepts no connection
      var port = bound.getLocalPort();
      assertLost(log, "nowhere.test:1", "its name does not resolve");
      assertLost(log, "127.0.0.1:" + silent.getLocalPort(), "no answer");
      assertLost(log, "127.0.0.1:" + port, "it accepts no connection");
      bound.close();
      closing(ScriptedService.start("127.0.0.1", port));
      awaitLine(log, "backend=127.0.0.1:" + port + " Backend is back");
      assertThat(log.allLines())
          .filteredOn(line -> line.contains("=nowhere.test:") || line.contains("=127.0.0.1:"))
          .filteredOn(
              line ->
                  line.contains(":" + silent.getLocalPort() + " ")
                      || !line.contains("reason=no answer"))
          .hasSize(4);
    }
  }

  @Test
  void logs_a_service_that_reports_not_serving_as_lost() throws Exception {
    var health = new HealthStatusManager();
    health.setStatus("", ServingStatus.NOT_SERVING);
    var notServing =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(health.getHealthService())
            .build()
            .start();
    open.add(notServing::shutdownNow);
    try (var log = CapturedLog.begin()) {
      assertLost(log, "127.0.0.1:" + notServing.getPort(), "it is not ready");
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyPeer.class)
  void logs_why_a_peer_that_is_no_grpc_server_is_lost(FaultyPeer peer) throws Exception {
    var server = closing(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    var accept = new Thread(() -> peer.serve(server));
    accept.start();
    try (var log = CapturedLog.begin()) {
      assertLost(log, "127.0.0.1:" + server.getLocalPort(), peer.reason);
    }
    server.close();
    accept.join();
  }

  /** What a peer that is no gRPC server without TLS does with a connection, and the reason. */
  private enum FaultyPeer {
    CLOSES(FaultyPeer.CLOSED) {
      @Override
      void respond(Socket connection) {}
    },
    RESETS(FaultyPeer.CLOSED) {
      @Override
      void respond(Socket connection) throws IOException {
        // While the client still writes, it can report a reset as a closed connection.
        connection.setSoTimeout(100);
        try {
          var unused = connection.getInputStream().readAllBytes();
        } catch (SocketTimeoutException e) {
          connection.setSoLinger(true, 0);
        }
      }
    },
    SENDS_A_TLS_ALERT("its response is not HTTP/2") {
      @Override
      void respond(Socket connection) throws IOException {
        sendAndAwaitEnd(connection, new byte[] {21, 3, 3, 0, 2, 2, 70});
      }
    },
    IS_A_WEB_SERVER("its response is not HTTP/2") {
      @Override
      void respond(Socket connection) throws IOException {
        sendAndAwaitEnd(connection, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
      }
    };

    private static final String CLOSED =
        "it closed the connection, as a server with TLS does if this process has no TLS_DIR";

    private final String reason;

    FaultyPeer(String reason) {
      this.reason = reason;
    }

    /** Serves a connection, which is closed afterwards. */
    abstract void respond(Socket connection) throws IOException;

    /** Reads all that the client sends, because unread bytes would reset the connection. */
    private static void sendAndAwaitEnd(Socket connection, byte[] response) throws IOException {
      connection.getInputStream().read();
      connection.getOutputStream().write(response);
      connection.shutdownOutput();
      var unused = connection.getInputStream().readAllBytes();
    }

    /** Serves connections until the socket is closed. */
    void serve(ServerSocket server) {
      while (!server.isClosed()) {
        try (var connection = server.accept()) {
          respond(connection);
        } catch (IOException e) {
          // The client or the test closed it.
        }
      }
    }
  }

  private static void awaitLine(CapturedLog log, String text) {
    Eventually.soon(text, () -> log.allLines().stream().anyMatch(line -> line.contains(text)));
  }

  /**
   * Connects, with an outage limit of one second, and asserts that the reason is logged. Connects
   * again after "no answer", which a busy machine can cause; any other reason is final.
   */
  private void assertLost(CapturedLog log, String address, String reason) {
    var colon = address.lastIndexOf(':');
    var host = address.substring(0, colon);
    var port = Integer.parseInt(address.substring(colon + 1));
    var second = Duration.ofSeconds(1);
    for (int attempt = 1; attempt <= 5; attempt++) {
      var lost = attempt;
      var outages = new OutageLog(address, second, second);
      var backend =
          closing(
              new Backend(
                  host, port, ScriptedService.READS, Tls.open(TlsConfig.PLAINTEXT), outages));
      Eventually.soon("lost", () -> linesWith(log, "backend=" + address + " reason=") == lost);
      if (linesWith(log, "backend=" + address + " reason=no answer ") < attempt
          || reason.equals("no answer")) {
        break;
      }
      backend.close();
    }
    assertThat(log.allLines())
        .anyMatch(
            line -> line.contains("backend=" + address + " reason=" + reason + " Backend lost"));
  }

  private static long linesWith(CapturedLog log, String text) {
    return log.allLines().stream().filter(line -> line.contains(text)).count();
  }

  private Backend connect(String host, int port) {
    return closing(Backend.connect(host, port, ScriptedService.READS));
  }

  /** Connects with a short deadline, which is exceeded. */
  private Backend connectHurried(String host, int port) {
    return closing(Backend.connect(host, port, ScriptedService.HURRIED_READS));
  }

  /** Waits until the channel is connected and its classes are loaded. */
  private static Backend warm(Backend backend) {
    Eventually.soon("connected", () -> ScriptedService.codeOf(backend) == Status.Code.OK);
    return backend;
  }

  private static void assertExceedsDeadline(Backend backend) {
    for (int call = 0; call < 5; call++) {
      assertThat(ScriptedService.codeOf(backend)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
  }

  private static Duration medianTimeOf(Backend backend, int calls) {
    var times = new ArrayList<Duration>();
    for (int call = 0; call < calls; call++) {
      var begin = System.nanoTime();
      assertThat(ScriptedService.codeOf(backend)).isNotEqualTo(Status.Code.OK);
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
