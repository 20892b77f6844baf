package dev.bookmarket.runtime.telemetry;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for the operator of a process: {@code /metrics} for Prometheus, {@code /healthz}
 * (the process is alive) and {@code /readyz} (its servers are ready). Each connection is closed
 * after one response, and a slow client occupies only its own thread, for at most {@link
 * #MAX_SECONDS} per request and as long for the response. Safe for concurrent use.
 */
public final class AdminServer implements AutoCloseable {
  /** Connections and threads; a further connection is closed at once. */
  static final int MAX_CONNECTIONS = 16;

  static final int MAX_SECONDS = 5;
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();
  private static final ExpositionFormatWriter PROMETHEUS = PrometheusTextFormatWriter.create();

  static {
    setLimits();
  }

  private final PrometheusMetricReader metrics =
      PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
  private final BooleanSupplier isReady;
  private final HttpServer server;
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MAX_CONNECTIONS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new ThreadFactoryBuilder().setNameFormat("admin-%d").setDaemon(true).build());

  private record Response(int status, String contentType, byte[] body) {
    static Response of(int status, String text) {
      return new Response(
          status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private AdminServer(InetSocketAddress address, BooleanSupplier isReady) throws IOException {
    this.isReady = isReady;
    server = HttpServer.create(address, 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /**
   * Sets the limits of the JDK's servers, which have no other way to set them. Must run before the
   * first of them is created in this JVM; the process has no other one.
   */
  static void setLimits() {
    System.setProperty("jdk.httpserver.maxConnections", String.valueOf(MAX_CONNECTIONS));
    System.setProperty("sun.net.httpserver.maxReqHeaderSize", String.valueOf(MAX_HEADER_BYTES));
    System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(MAX_SECONDS));
    System.setProperty("sun.net.httpserver.maxRspTime", String.valueOf(MAX_SECONDS));
    System.setProperty("sun.net.httpserver.idleInterval", String.valueOf(MAX_SECONDS));
  }

  /**
   * Starts a server.
   *
   * @param address port 0 selects a free port
   * @param isReady returns what {@code /readyz} reports; must not block
   * @throws IOException if it cannot listen at the address
   */
  public static AdminServer start(InetSocketAddress address, BooleanSupplier isReady)
      throws IOException {
    var admin = new AdminServer(address, isReady);
    log.atInfo()
        .addKeyValue("port", admin.port())
        .log("Listening for /metrics, /healthz and /readyz");
    return admin;
  }

  /** Returns the port; the one that the system chose if the configured port is 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Returns the reader whose metrics {@code /metrics} shows; it must be registered once. */
  public MetricReader metrics() {
    return metrics;
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var response = respond(exchange);
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", response.contentType);
      headers.set("Cache-Control", "no-store");
      headers.set("Connection", "close");
      if (exchange.getRequestMethod().equals("HEAD")) {
        headers.set("Content-Length", String.valueOf(response.body.length));
        exchange.sendResponseHeaders(response.status, -1);
      } else {
        exchange.sendResponseHeaders(response.status, response.body.length);
        exchange.getResponseBody().write(response.body);
      }
    }
  }

  private Response respond(HttpExchange exchange) {
    var path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    if (!path.matches("/(metrics|healthz|readyz)")) {
      return Response.of(404, "not found");
    }
    if (!exchange.getRequestMethod().matches("GET|HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Response.of(405, "method not allowed");
    }
    return switch (path) {
      case "/healthz" -> Response.of(200, "alive");
      case "/readyz" ->
          isReady.getAsBoolean() ? Response.of(200, "ready") : Response.of(503, "not ready");
      default -> metrics(exchange.getRequestHeaders().getFirst("Accept"));
    };
  }

  /** Returns all metrics: in OpenMetrics, unless the client accepts only another text format. */
  private synchronized Response metrics(@Nullable String accept) {
    var isOther =
        accept != null && accept.contains("text/") && !accept.contains("openmetrics-text");
    var format = isOther ? PROMETHEUS : OPEN_METRICS;
    try {
      var body = new ByteArrayOutputStream();
      format.write(body, metrics.collect());
      return new Response(200, format.getContentType(), body.toByteArray());
    } catch (IOException | RuntimeException fault) {
      log.atError().setCause(fault).log("Cannot render the metrics");
      return Response.of(500, "failed");
    }
  }
}
