package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a receiver of telemetry that does not work has no effect on the shop. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@ResourceLock(Load.LOCK)
@Order(1) // It mostly waits. If it ran last, no other test would run at the same time.
class TelemetryOutageTest {
  /** 12 s for each fault; bench/long-forms uses ten minutes. */
  private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("outage", 12));

  /** Two queues and two exports at the limits of the SDK, and the requests in flight. */
  private static final long MAX_QUEUED = 2 * (2_048 + 512) + 500;

  /** More than full queues occupy, but less than the telemetry of ten minutes. */
  private static final long MAX_GROWTH = 8 << 20;

  /**
   * Those of one request per signal, and of the HTTP server for each visitor of the load. A thread
   * for each export would be more than 100.
   */
  private static final long MAX_NEW_THREADS = 10 + 20;

  private enum Fault {
    /** Nothing listens. */
    DEAD,
    /** Accepts connections and never responds. */
    HUNG,
    /** Responds after five seconds. */
    SLOW,
    /** Responds with 503. */
    REFUSING
  }

  @ParameterizedTest
  @EnumSource
  void a_faulty_receiver_affects_no_page_and_floods_no_log(Fault fault, @TempDir Path folder)
      throws Exception {
    try (var receiver = new FaultyReceiver(fault)) {
      var variables = new HashMap<>(Processes.freePorts());
      variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
      variables.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + receiver.port());
      variables.put("OTEL_TRACES_SAMPLER", "parentbased_always_on"); // without a limit
      variables.put("OTEL_BSP_SCHEDULE_DELAY", "100");
      variables.put("OTEL_BLRP_SCHEDULE_DELAY", "100");
      variables.put("OTEL_METRIC_EXPORT_INTERVAL", "1000");
      try (var shop = ProcessUnderTest.launch(Processes.ALL_IN_ONE, variables)) {
        var port = Integer.parseInt(shop.awaitLog("port=(\\d+) .*Serving HTTP").group(1));
        var linesBefore = shop.log().size();
        var start = System.nanoTime();
        try (var load = Load.on(port, HomePage::assertCompleteUnlessBusy)) {
          load.awaitVisits(100);
          var before = Live.in(shop);
          TimeUnit.SECONDS.sleep(OUTAGE.toSeconds());
          var after = Live.in(shop);
          load.assertNoFailures();
          assertThat(load.visits()).isPositive();
          assertThat(after.queued).as("spans and log records").isLessThan(MAX_QUEUED);
          assertThat(after.bytes - before.bytes).as("growth of the heap").isLessThan(MAX_GROWTH);
          assertThat(after.threads - before.threads).as("new threads").isLessThan(MAX_NEW_THREADS);
        }
        assertThat(shop.log().stream().skip(linesBefore))
            .filteredOn(line -> line.contains("telemetry") || line.contains("opentelemetry"))
            .hasSizeLessThanOrEqualTo(
                1 + (int) Duration.ofNanos(System.nanoTime() - start).toMinutes());
        shop.terminate();
        assertThat(shop.awaitEnd()).as("the exit code").isEqualTo(143);
        assertThat(shop.log()).anyMatch(line -> line.endsWith("Stopped"));
      }
    }
  }

  /** What a process holds after a garbage collection. */
  private record Live(long bytes, long queued, long threads) {
    static Live in(ProcessUnderTest process) throws Exception {
      var classes = jcmd(process, "GC.class_histogram");
      var queued =
          classes
              .lines()
              .map(String::strip)
              .filter(line -> line.matches(".* io\\.opentelemetry\\.sdk\\..*(SdkSpan|LogRecord).*"))
              .mapToLong(line -> Long.parseLong(line.split(" +")[1]))
              .sum();
      var total = classes.lines().filter(line -> line.startsWith("Total")).findFirst();
      return new Live(
          Long.parseLong(total.orElseThrow().split(" +")[2]),
          queued,
          jcmd(process, "Thread.print").lines().filter(line -> line.startsWith("\"")).count());
    }

    private static String jcmd(ProcessUnderTest process, String command) throws Exception {
      var jcmd = Path.of(ProcessUnderTest.JAVA).resolveSibling("jcmd").toString();
      var running =
          ChildProcess.builder(jcmd, String.valueOf(process.pid()), command)
              .redirectErrorStream(true)
              .start();
      return new String(running.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static final class FaultyReceiver implements AutoCloseable {
    private final ServerSocket socket; // its backlog accepts connections
    private final HttpServer http;
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(1);
    private final Fault fault;

    FaultyReceiver(Fault fault) throws IOException {
      this.fault = fault;
      var loopback = InetAddress.getByName("127.0.0.1");
      socket = new ServerSocket(0, 0, loopback);
      if (fault == Fault.DEAD) {
        socket.close();
      }
      http = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      http.createContext(
          "/",
          exchange ->
              threads.schedule(
                  () -> {
                    try (exchange) {
                      exchange.sendResponseHeaders(fault == Fault.SLOW ? 200 : 503, -1);
                    }
                    return true;
                  },
                  fault == Fault.SLOW ? 5 : 0,
                  TimeUnit.SECONDS));
      http.start();
    }

    int port() {
      return List.of(Fault.DEAD, Fault.HUNG).contains(fault)
          ? socket.getLocalPort()
          : http.getAddress().getPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
      http.stop(0);
      threads.shutdownNow();
    }
  }
}
