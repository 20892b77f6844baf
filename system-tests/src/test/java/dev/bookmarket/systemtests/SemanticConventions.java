package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.OtlpReceiver.Received;
import dev.bookmarket.systemtests.OtlpReceiver.Series;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What OpenTelemetry's semantic conventions 1.44 require of the spans and metrics of the shop: the
 * attributes that are required, or recommended for {@code jvm.*}, and those that are required under
 * a condition that the shop always meets.
 */
final class SemanticConventions {
  private static final String ERROR = "error.type";
  private static final Set<String> SERVER_ERRORS =
      Set.of(
          "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS");
  private static final Set<String> HTTP_SERVER =
      Set.of("http.request.method", "http.response.status_code", "url.scheme");
  private static final Set<String> RPC_SERVER =
      Set.of("rpc.system.name", "rpc.method", "rpc.response.status_code");
  private static final Set<String> RPC_CLIENT =
      union(RPC_SERVER, Set.of("server.address", "server.port"));
  private static final Set<String> DATABASE =
      Set.of("db.system.name", "db.operation.name", "db.query.summary", "db.query.text");
  private static final Set<String> STATEMENT = union(DATABASE, Set.of("db.collection.name"));
  private static final Set<String> POOL = Set.of("db.client.connection.pool.name");
  private static final Set<String> MEMORY = Set.of("jvm.memory.type", "jvm.memory.pool.name");

  /** A metric, its unit and its attributes. */
  private record Metric(String unit, Set<String> attributes) {}

  private static final Map<String, Metric> METRICS =
      Map.ofEntries(
          Map.entry("http.server.request.duration", new Metric("s", HTTP_SERVER)),
          Map.entry("rpc.server.call.duration", new Metric("s", RPC_SERVER)),
          Map.entry("rpc.client.call.duration", new Metric("s", RPC_CLIENT)),
          Map.entry(
              "db.client.connection.count",
              new Metric("{connection}", union(POOL, Set.of("db.client.connection.state")))),
          Map.entry("db.client.connection.max", new Metric("{connection}", POOL)),
          Map.entry("db.client.connection.pending_requests", new Metric("{request}", POOL)),
          Map.entry("db.client.connection.timeouts", new Metric("{timeout}", POOL)),
          Map.entry("db.client.connection.create_time", new Metric("s", POOL)),
          Map.entry("db.client.connection.wait_time", new Metric("s", POOL)),
          Map.entry("db.client.connection.use_time", new Metric("s", POOL)),
          Map.entry("jvm.memory.used", new Metric("By", MEMORY)),
          Map.entry("jvm.memory.committed", new Metric("By", MEMORY)),
          Map.entry("jvm.memory.limit", new Metric("By", MEMORY)),
          Map.entry("jvm.memory.used_after_last_gc", new Metric("By", MEMORY)),
          Map.entry("jvm.gc.duration", new Metric("s", Set.of("jvm.gc.name", "jvm.gc.action"))),
          Map.entry(
              "jvm.thread.count",
              new Metric("{thread}", Set.of("jvm.thread.daemon", "jvm.thread.state"))),
          Map.entry("jvm.class.loaded", new Metric("{class}", Set.of())),
          Map.entry("jvm.class.unloaded", new Metric("{class}", Set.of())),
          Map.entry("jvm.class.count", new Metric("{class}", Set.of())),
          Map.entry("jvm.cpu.time", new Metric("s", Set.of())),
          Map.entry("jvm.cpu.count", new Metric("{cpu}", Set.of())),
          Map.entry("jvm.cpu.recent_utilization", new Metric("1", Set.of())));

  private SemanticConventions() {}

  /** Returns the names of all metrics that the shop has and the conventions define. */
  static Set<String> metrics() {
    return METRICS.keySet();
  }

  /** Asserts that a span conforms. */
  static void check(Received received) {
    var span = received.span();
    var name = received.service() + " " + span.getName();
    var isRpc = span.getName().contains("/") && !span.getName().contains(" ");
    var required =
        switch (span.getKind()) {
          case SPAN_KIND_SERVER -> isRpc ? RPC_SERVER : union(HTTP_SERVER, Set.of("url.path"));
          case SPAN_KIND_CLIENT -> {
            if (isRpc) {
              yield RPC_CLIENT;
            }
            // A commit applies to no table.
            yield span.getName().equals("COMMIT") ? DATABASE : STATEMENT;
          }
          default -> Set.<String>of();
        };
    var attributes = new HashMap<String, String>();
    for (var attribute : span.getAttributesList()) {
      attributes.put(attribute.getKey(), received.attribute(attribute.getKey()));
    }
    assertThat(attributes).as(name).containsKeys(required.toArray(String[]::new));
    assertThat(attributes.values()).as("%s: %s", name, attributes).doesNotContain("");
    checkError(name, span.getKind() == SpanKind.SPAN_KIND_CLIENT, attributes);
    assertThat(span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR)
        .as("error of %s", name)
        .isEqualTo(attributes.containsKey(ERROR));
  }

  /** Asserts that a time series conforms; not those of the shop and those of the SDK itself. */
  static void check(Series series) {
    var metric = METRICS.get(series.metric());
    if (metric == null) {
      assertThat(series.metric()).doesNotMatch("(http|rpc|db|jvm|process|system)\\..*");
      return;
    }
    assertThat(series.unit()).as("unit of %s", series).isEqualTo(metric.unit);
    assertThat(series.attributes())
        .as(series.toString())
        .containsKeys(metric.attributes.toArray(String[]::new));
    assertThat(series.attributes().values()).as(series.toString()).doesNotContain("");
    checkError(series.toString(), series.metric().startsWith("rpc.client."), series.attributes());
  }

  /** Asserts that {@code error.type} is present exactly if the operation failed. */
  private static void checkError(String name, boolean isClient, Map<String, String> attributes) {
    var isFailed =
        Integer.parseInt(attributes.getOrDefault("http.response.status_code", "0")) >= 500;
    var code = attributes.getOrDefault("rpc.response.status_code", "OK");
    isFailed |= attributes.containsKey("db.response.status_code");
    isFailed |= isClient ? !code.equals("OK") : SERVER_ERRORS.contains(code);
    assertThat(attributes.containsKey(ERROR)).as("%s of %s", ERROR, name).isEqualTo(isFailed);
  }

  private static Set<String> union(Set<String> first, Set<String> second) {
    return Stream.of(first, second).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }
}
