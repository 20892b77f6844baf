package dev.bookmarket.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.Heap;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AdminServerTest {
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

  private volatile boolean isReady;
  private AdminServer admin;
  private OpenTelemetrySdk sdk;

  @BeforeEach
  void start() throws IOException {
    Eventually.soon("the threads of the previous server have ended", () -> threads() == 0);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    admin = AdminServer.start(address, () -> isReady);
    sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(
                SdkMeterProvider.builder().registerMetricReader(admin.metrics()).build())
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(Sampler.alwaysOn())
                    .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    admin.close();
    sdk.close();
  }

  @Test
  void serves_the_metrics_in_openmetrics() throws IOException {
    sdk.getMeter("test")
        .counterBuilder("bookmarket.pages.degraded")
        .setUnit("{page}")
        .setDescription("Quotes \" and \\ and\nlines.")
        .build()
        .add(2, Attributes.of(ROUTE, "/a\"b\\c\nd"));

    var metrics = OpenMetrics.scrape(admin.port());

    assertThat(
            metrics.value(
                "bookmarket_pages_degraded_total", Map.of("http_route", "/a\\\"b\\\\c\\nd")))
        .isEqualTo(2);
    assertThat(metrics.samples("target_info")).hasSize(1);
  }

  @Test
  void links_a_measurement_of_a_sampled_span_to_its_trace() throws IOException {
    var durations =
        sdk.getMeter("test").histogramBuilder("http.server.request.duration").setUnit("s").build();
    var span = sdk.getTracer("test").spanBuilder("GET /").startSpan();
    try (var scope = span.makeCurrent()) {
      durations.record(0.2, Attributes.of(ROUTE, "/"));
    }

    var buckets =
        OpenMetrics.scrape(admin.port()).samples("http_server_request_duration_seconds_bucket");

    assertThat(buckets)
        .extracting(OpenMetrics.Sample::exemplar)
        .contains(
            Map.of(
                "trace_id", span.getSpanContext().getTraceId(),
                "span_id", span.getSpanContext().getSpanId()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                  | application/openmetrics-text
          */*                                                 | application/openmetrics-text
          application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3,*/*;q=0.1 | application/openmetrics-text
          text/plain;version=0.0.4                            | text/plain
          text/html,application/xhtml+xml,*/*;q=0.8           | text/plain
          """)
  void negotiates_the_format(String accept, String contentType) throws IOException {
    assertThat(request("GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\r\nContent-type: " + contentType + "; version=");
  }

  @Test
  void reports_liveness_and_readiness() throws IOException {
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nalive\n");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\nnot ready\n");
    isReady = true;
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nready\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/healthz"})
  void responds_to_head_without_a_body(String path) throws IOException {
    assertThat(request("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .containsPattern("\r\nContent-length: [1-9]")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/metricsx", "//metrics", "/../metrics", "/%2e/x"})
  void knows_no_other_path(String path) throws IOException {
    assertThat(get(path)).startsWith("HTTP/1.1 404 ");
    assertThat(request("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE", "OPTIONS", "TRACE"})
  void rejects_other_methods(String method) throws IOException {
    assertThat(request(method + " /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nAllow: GET, HEAD\r\n");
  }

  @Test
  void responds_again_after_clients_that_stop_in_a_request() throws IOException {
    var requests =
        List.of(
            "",
            "GET /met",
            "GET /metrics HTTP/1.1\r\nHost: a\r\n",
            "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx",
            "GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx");
    var clients = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 5 * AdminServer.MAX_CONNECTIONS; i++) {
        clients.add(connect());
        var bytes = requests.get(i % requests.size()).getBytes(StandardCharsets.US_ASCII);
        clients.get(i).getOutputStream().write(bytes);
      }
      assertThat(threads()).isLessThanOrEqualTo(AdminServer.MAX_CONNECTIONS);
      Eventually.soon("a response", () -> isAlive());
      Eventually.soon("no thread waits for a client", () -> threads() <= 2);
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  @Test
  void responds_again_after_clients_that_read_nothing() throws IOException {
    var counter = sdk.getMeter("test").counterBuilder("large").build();
    for (int i = 0; i < 1_500; i++) {
      counter.add(1, Attributes.of(ROUTE, "x".repeat(4_000) + i));
    }
    var before = Heap.usedBytes();
    var clients = new ArrayList<Socket>();
    try {
      for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
        clients.add(connect());
        clients
            .get(i)
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      Eventually.soon("a response", () -> isAlive());
      Eventually.soon("no thread waits for a client", () -> threads() <= 2);
      assertThat(Heap.usedBytes() - before).isLessThan(10_000_000);
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  @Test
  void closes_the_connection_of_a_client_that_sends_endless_headers() throws IOException {
    try (var client = connect()) {
      client
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      var line = ("a: " + "b".repeat(1_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      var sent = 0;
      try {
        while (sent < 10_000_000) {
          client.getOutputStream().write(line);
          sent += line.length;
        }
      } catch (IOException closed) {
        // expected
      }
      assertThat(sent).isLessThan(10_000_000);
    }
    assertThat(isAlive()).isTrue();
  }

  @Test
  void serves_several_scrapers_at_once() throws Exception {
    sdk.getMeter("test").counterBuilder("events").build().add(1);
    // Few, because a connection counts until a thread of the server has seen that it is closed.
    var scrapers = Executors.newFixedThreadPool(AdminServer.MAX_CONNECTIONS / 4);
    try {
      Callable<Double> scrape =
          () -> OpenMetrics.scrape(admin.port()).value("events_total", Map.of());
      for (var value : scrapers.invokeAll(Collections.nCopies(50, scrape))) {
        assertThat(value.get()).isEqualTo(1);
      }
    } finally {
      scrapers.shutdownNow();
    }
  }

  private boolean isAlive() {
    try {
      return get("/healthz").startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("admin-"))
        .count();
  }

  private String get(String path) throws IOException {
    return request("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /** Sends a request, and returns the response until the server closes the connection. */
  private String request(String text) throws IOException {
    try (var client = connect()) {
      client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), admin.port());
  }
}
