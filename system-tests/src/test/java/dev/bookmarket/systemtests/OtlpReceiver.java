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
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
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

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Received> spans = new ConcurrentLinkedQueue<>();
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
    try {
      var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
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
      case "/v1/metrics" ->
          ExportMetricsServiceRequest.parseFrom(body)
              .getResourceMetricsList()
              .forEach(of -> sources.add(service(of.getResource()) + " metrics"));
      case "/v1/logs" ->
          ExportLogsServiceRequest.parseFrom(body)
              .getResourceLogsList()
              .forEach(of -> sources.add(service(of.getResource()) + " logs"));
      default -> throw new IllegalArgumentException(path);
    }
  }

  private static String service(Resource resource) {
    return text(resource.getAttributesList(), "service.name");
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(KeyValue::getValue)
        .map(
            value ->
                value.hasStringValue()
                    ? value.getStringValue()
                    : String.valueOf(value.getIntValue()))
        .collect(Collectors.joining());
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
