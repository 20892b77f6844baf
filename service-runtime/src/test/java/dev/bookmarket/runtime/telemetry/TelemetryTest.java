package dev.bookmarket.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The configuration of the SDK and the export to a receiver over HTTP. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TelemetryTest {
  static {
    AdminServer.setLimits(); // the receiver is a server of the JDK, too
  }

  /** With characters that separate and encode values in OTEL_RESOURCE_ATTRIBUTES. */
  private static final String INSTANCE = "bakery,1=%2C:7";

  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  private static final Set<String> PROPERTIES =
      Set.of(
          ENDPOINT,
          "otel.exporter.otlp.traces.endpoint",
          "otel.bsp.schedule.delay",
          "otel.metric.export.interval",
          "otel.metrics.exporter",
          "otel.traces.exporter",
          "otel.traces.sampler");

  @BeforeEach
  void bridgeLogOfSdk() {
    SLF4JBridgeHandler.install();
  }

  @AfterEach
  void stop() {
    SLF4JBridgeHandler.uninstall();
    Telemetry.close();
    Telemetry.set(OpenTelemetry.noop());
    PROPERTIES.forEach(System::clearProperty);
  }

  @Test
  void exports_all_signals_to_the_endpoint() throws IOException {
    try (var receiver = new Receiver(200)) {
      start(Map.of(ENDPOINT, receiver.url()));

      emit();
      Telemetry.close();

      receiver.await("/v1/traces", "/v1/metrics", "/v1/logs");
      assertThat(receiver.bodies.values())
          .allSatisfy(
              body ->
                  assertThat(body)
                      .contains("service.name", "bakery", "service.instance.id", INSTANCE));
      assertThat(receiver.bodies.get("/v1/metrics")).contains("baking.duration");
    }
  }

  @Test
  void exports_only_the_signal_whose_endpoint_is_set() throws IOException {
    try (var receiver = new Receiver(200)) {
      start(Map.of("otel.exporter.otlp.traces.endpoint", receiver.url() + "/v1/traces"));

      emit();
      Telemetry.close();

      receiver.await("/v1/traces");
    }
  }

  @Test
  void without_an_endpoint_spans_have_ids_but_are_not_recorded() {
    start(Map.of("otel.traces.sampler", "always_on"));

    var span = emit();

    assertThat(span.getSpanContext().isValid()).isTrue();
    assertThat(span.isRecording()).isFalse();
    try (var warmUp = Telemetry.warmUp()) {
      assertThat(beginTrace().isRecording()).isFalse();
    }
  }

  @Test
  void a_warm_up_is_recorded_but_neither_exported_nor_measured() throws IOException {
    try (var receiver = new Receiver(200)) {
      start(Map.of(ENDPOINT, receiver.url()));

      try (var warmUp = Telemetry.warmUp()) {
        var span = emit();
        assertThat(span).isInstanceOf(ReadableSpan.class);
        assertThat(span.getSpanContext().isSampled()).isFalse();
      }
      Telemetry.close();

      receiver.await("/v1/metrics", "/v1/logs");
      assertThat(receiver.bodies.get("/v1/metrics")).doesNotContain("baking.duration");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "otel.exporter.otlp.endpoint, no url, no url",
    "otel.exporter.otlp.endpoint, ftp://localhost, ftp",
    "otel.exporter.otlp.endpoint, http://, must start with",
    "otel.exporter.otlp.endpoint, http://otel_collector:4318, not a valid host name",
    "otel.exporter.otlp.endpoint, http://collector.1234-team:4318, not a valid host name",
    "otel.exporter.otlp.traces.endpoint, http://otel_collector:4318/v1/traces, for traces",
    "otel.metrics.exporter, prometheus, otel.metrics.exporter must be",
    "otel.metrics.exporter, 'otlp,prometheus', otel.metrics.exporter must be",
    "otel.traces.exporter, console, otel.traces.exporter must be",
    "otel.traces.sampler, unknown, unknown",
    "otel.bsp.schedule.delay, -1, delay",
    "otel.metric.export.interval, 0, interval"
  })
  void an_invalid_variable_is_reported_with_the_reason(String name, String value, String reason) {
    System.setProperty(ENDPOINT, "http://127.0.0.1:1");

    assertThatThrownBy(() -> start(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void by_default_the_traces_per_second_are_limited_but_each_is_complete() throws IOException {
    try (var receiver = new Receiver(200)) {
      start(Map.of(ENDPOINT, receiver.url()));

      assertThat(beginTrace().getSpanContext().isSampled()).isTrue();
      assertThat(Stream.generate(TelemetryTest::beginTrace).limit(10_000))
          .anyMatch(trace -> !trace.getSpanContext().isSampled());
      Eventually.soon("the next trace", () -> beginTrace().getSpanContext().isSampled());
      var another = beginTrace();
      var remote =
          SpanContext.createFromRemoteParent(
              another.getSpanContext().getTraceId(),
              another.getSpanContext().getSpanId(),
              TraceFlags.getSampled(),
              TraceState.getDefault());
      for (int call = 1; call <= 1_000; call++) {
        assertThat(beginSpan(Context.root().with(Span.wrap(remote))).getSpanContext().isSampled())
            .isTrue();
      }
      Telemetry.close(); // while the receiver is there: otherwise the exporter retries for seconds
    }
  }

  @Test
  void a_selected_sampler_replaces_the_limit() throws IOException {
    try (var receiver = new Receiver(200)) {
      start(Map.of(ENDPOINT, receiver.url(), "otel.traces.sampler", "parentbased_always_on"));

      for (int trace = 1; trace <= 1_000; trace++) {
        assertThat(beginTrace().getSpanContext().isSampled()).isTrue();
      }
      Telemetry.close();
    }
  }

  private static Span beginTrace() {
    return beginSpan(Context.root());
  }

  private static Span beginSpan(Context parent) {
    return Telemetry.tracer().spanBuilder("a span").setParent(parent).startSpan();
  }

  @Test
  void failed_exports_are_only_counted_in_the_log() throws IOException {
    try (var receiver = new Receiver(400);
        var log = CapturedLog.begin()) {
      start(
          Map.of(
              ENDPOINT,
              receiver.url(),
              "otel.bsp.schedule.delay",
              "10",
              "otel.traces.sampler",
              "always_on"));

      for (int exports = 1; exports <= 8; exports++) {
        var before = receiver.traces;
        emit();
        Eventually.soon("an export", () -> receiver.traces > before);
      }
      Telemetry.close();

      assertThat(log.lines()).allMatch(line -> line.contains("a cake"));
      log.logCounts();
      assertThat(log.lines().stream().filter(line -> !line.contains("a cake")))
          .singleElement()
          .asString()
          .contains("repeated=", "kind=export of telemetry");
    }
  }

  @Test
  void while_the_host_of_the_endpoint_has_no_address_nothing_is_recorded_or_logged() {
    try (var log = CapturedLog.begin()) {
      start(
          Map.of(
              ENDPOINT,
              "http://absent.invalid:4318",
              "otel.bsp.schedule.delay",
              "10",
              "otel.traces.sampler",
              "always_on"));

      assertThat(emit().getSpanContext().isSampled()).isTrue();
      Eventually.soon("a pause", () -> !emit().getSpanContext().isSampled());

      assertThat(emit().getSpanContext().isValid()).isTrue();
      Telemetry.close();
      assertThat(log.lines()).allMatch(line -> line.contains("a cake"));
    }
  }

  @Test
  void a_signal_with_its_own_endpoint_is_exported_while_the_other_endpoint_has_no_address()
      throws IOException {
    try (var receiver = new Receiver(200)) {
      start(
          Map.of(
              ENDPOINT,
              "http://absent.invalid:4318",
              "otel.exporter.otlp.traces.endpoint",
              receiver.url() + "/v1/traces",
              "otel.bsp.schedule.delay",
              "10",
              "otel.metric.export.interval",
              "10",
              "otel.traces.sampler",
              "always_on"));

      for (int exports = 1; exports <= 8; exports++) {
        var before = receiver.traces;
        assertThat(emit().getSpanContext().isSampled()).isTrue();
        Eventually.soon("an export", () -> receiver.traces > before);
      }
    }
  }

  @Test
  void behind_a_proxy_only_the_proxy_looks_up_the_host_of_the_endpoint() throws IOException {
    var original = ProxySelector.getDefault();
    try (var receiver = new Receiver(200)) {
      ProxySelector.setDefault(ProxySelector.of(receiver.address()));
      start(Map.of(ENDPOINT, "http://absent.invalid:4318"));

      emit();
      Telemetry.close();

      receiver.await("/v1/traces", "/v1/metrics", "/v1/logs");
    } finally {
      ProxySelector.setDefault(original);
    }
  }

  @Test
  void a_receiver_that_does_not_answer_does_not_delay_the_stop() throws IOException {
    try (var receiver = new Receiver(0)) {
      start(Map.of(ENDPOINT, receiver.url()));

      emit();
      Telemetry.close();

      assertThat(Thread.getAllStackTraces().values().stream().flatMap(Stream::of))
          .as("the SDK still waits for its export of metrics")
          .anyMatch(
              step ->
                  step.getClassName().endsWith(".PeriodicMetricReader")
                      && step.getMethodName().equals("shutdown"));
    }
  }

  private static void start(Map<String, String> properties) {
    properties.forEach(System::setProperty);
    Telemetry.start("bakery", INSTANCE, Optional.empty());
  }

  private static Span emit() {
    var span = Telemetry.tracer().spanBuilder("bake").startSpan();
    try (var scope = span.makeCurrent()) {
      LoggerFactory.getLogger(TelemetryTest.class).info("Baking a cake");
      new Operations(SpanKind.INTERNAL, "baking.duration", "Duration of baking.")
          .start(Context.current(), "stir")
          .end(Attributes.empty());
    } finally {
      span.end();
    }
    return span;
  }

  /** Answers each export with a status; does not answer if it is 0. */
  private static final class Receiver implements AutoCloseable {
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    private volatile int traces;

    Receiver(int status) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newCachedThreadPool());
      server.createContext(
          "/",
          exchange -> {
            var path = exchange.getRequestURI().getPath();
            var body = exchange.getRequestBody().readAllBytes();
            bodies.put(path, new String(body, StandardCharsets.UTF_8));
            if (status == 0) {
              awaitClose();
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            if (path.equals("/v1/traces")) {
              traces++;
            }
          });
      server.start();
    }

    InetSocketAddress address() {
      return server.getAddress();
    }

    String url() {
      return "http://127.0.0.1:" + address().getPort();
    }

    /** Waits until exports have arrived at these paths; fails if they arrive at others. */
    void await(String... paths) {
      Eventually.soon("exports", () -> bodies.keySet().containsAll(List.of(paths)));
      assertThat(bodies.keySet()).containsExactlyInAnyOrder(paths);
    }

    private void awaitClose() {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closed.countDown();
      server.stop(0);
    }
  }
}
