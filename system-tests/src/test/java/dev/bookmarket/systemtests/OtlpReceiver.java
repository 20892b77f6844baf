package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Receives what processes export with OTLP over HTTP as protobuf. Safe for concurrent use. */
final class OtlpReceiver implements AutoCloseable {
  /** A span and the name of the service that exported it. */
  record Received(String service, Span span) {
    String id() {
      return hex(span.getSpanId());
    }

    String parent() {
      return hex(span.getParentSpanId());
    }

    String trace() {
      return hex(span.getTraceId());
    }

    /** Returns an attribute as text; empty if it is absent. */
    String attribute(String key) {
      return text(span.getAttributesList(), key);
    }
  }

  /** A time series and the name of the service that exported it; all values are text. */
  record Series(String service, String metric, String unit, Map<String, String> attributes) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Received> spans = new ConcurrentLinkedQueue<>();
  private final Set<Series> series = ConcurrentHashMap.newKeySet();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final Set<String> sources = Collections.synchronizedSet(new TreeSet<>());

  private OtlpReceiver(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/v1/", this::receive);
    server.start();
  }

  /** Starts a receiver on a free port of the loopback address. */
  static OtlpReceiver start() {
    return start("127.0.0.1", 0);
  }

  /** Starts a receiver on that port of that address of this machine. */
  static OtlpReceiver start(String host, int port) {
    try {
      var address = new InetSocketAddress(InetAddress.getByName(host), port);
      return new OtlpReceiver(HttpServer.create(address, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the value of {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns each pair of a service and a signal that arrived, such as {@code orders logs}. */
  Set<String> sources() {
    synchronized (sources) {
      return new TreeSet<>(sources);
    }
  }

  List<Received> spans() {
    return List.copyOf(spans);
  }

  Set<Series> series() {
    return Set.copyOf(series);
  }

  /** Returns the bytes of all requests, each as one character; ASCII text in them is readable. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      var isZipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      var body = read(exchange.getRequestBody(), isZipped);
      bodies.add(new String(body, ISO_8859_1));
      store(exchange.getRequestURI().getPath(), body);
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static byte[] read(InputStream body, boolean isZipped) throws IOException {
    try (var in = isZipped ? new GZIPInputStream(body) : body) {
      return in.readAllBytes();
    }
  }

  private void store(String path, byte[] body) throws InvalidProtocolBufferException {
    switch (path) {
      case "/v1/traces" -> {
        for (var of : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
          sources.add(service(of.getResource()) + " traces");
          of.getScopeSpansList().stream()
              .flatMap(scope -> scope.getSpansList().stream())
              .forEach(span -> spans.add(new Received(service(of.getResource()), span)));
        }
      }
      case "/v1/metrics" -> {
        for (var of : ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList()) {
          sources.add(service(of.getResource()) + " metrics");
          of.getScopeMetricsList().stream()
              .flatMap(scope -> scope.getMetricsList().stream())
              .forEach(metric -> store(service(of.getResource()), metric));
        }
      }
      case "/v1/logs" ->
          ExportLogsServiceRequest.parseFrom(body)
              .getResourceLogsList()
              .forEach(of -> sources.add(service(of.getResource()) + " logs"));
      default -> throw new IllegalArgumentException(path);
    }
  }

  private void store(String service, Metric metric) {
    Stream.of(
            metric.getSum().getDataPointsList().stream().map(NumberDataPoint::getAttributesList),
            metric.getGauge().getDataPointsList().stream().map(NumberDataPoint::getAttributesList),
            metric.getHistogram().getDataPointsList().stream()
                .map(HistogramDataPoint::getAttributesList))
        .flatMap(Function.identity())
        .map(
            attributes ->
                attributes.stream().collect(Collectors.toMap(KeyValue::getKey, OtlpReceiver::text)))
        .forEach(
            attributes ->
                series.add(new Series(service, metric.getName(), metric.getUnit(), attributes)));
  }

  private static String service(Resource resource) {
    return text(resource.getAttributesList(), "service.name");
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(OtlpReceiver::text)
        .collect(Collectors.joining());
  }

  private static String text(KeyValue attribute) {
    var value = attribute.getValue();
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      default -> String.valueOf(value.getIntValue());
    };
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
