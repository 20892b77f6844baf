package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** The metrics of a server that limits its work in flight. Safe for concurrent use. */
public final class AdmissionMetrics {
  private static final AttributeKey<String> PROTOCOL =
      AttributeKey.stringKey("bookmarket.protocol");
  private static final AttributeKey<String> PRIORITY =
      AttributeKey.stringKey("bookmarket.priority");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

  private final LongCounter rejected =
      Telemetry.counter(
          "bookmarket.admission.rejected", "{request}", "Requests rejected because of overload.");
  private final String protocol;
  private final Attributes[] rejections;

  /**
   * Creates the metrics of a server.
   *
   * @param protocol http or grpc
   * @param priorities all priorities of requests
   */
  public AdmissionMetrics(String protocol, Enum<?>... priorities) {
    this.protocol = protocol;
    rejections =
        Stream.of(priorities)
            .map(priority -> priority.name().toLowerCase(Locale.ROOT))
            .map(name -> Attributes.of(PROTOCOL, protocol, PRIORITY, name))
            .toArray(Attributes[]::new);
    // Prometheus computes no increase for a series that begins with 1.
    Stream.of(rejections).forEach(attributes -> rejected.add(0, attributes));
  }

  /** Counts a rejected request. */
  public void countRejected(Enum<?> priority) {
    rejected.add(1, rejections[priority.ordinal()]);
  }

  /**
   * Observes the server whenever the metrics are collected, until the returned object is closed.
   *
   * @param port its port, because a process can have several servers
   */
  public BatchCallback observe(
      int port, IntSupplier inFlight, IntSupplier waiting, IntSupplier limit) {
    var runs = gauge("in_flight", "Requests that are processed now.");
    var waits = gauge("waiting", "Requests that wait until they are processed.");
    var limits =
        gauge("limit", "How many requests may be processed at once (http), or wait too (grpc).");
    var server = Attributes.of(PROTOCOL, protocol, PORT, (long) port);
    return Telemetry.meter()
        .batchCallback(
            () -> {
              runs.record(inFlight.getAsInt(), server);
              waits.record(waiting.getAsInt(), server);
              limits.record(limit.getAsInt(), server);
            },
            runs,
            waits,
            limits);
  }

  private static ObservableLongMeasurement gauge(String name, String description) {
    return Telemetry.meter()
        .gaugeBuilder("bookmarket.admission." + name)
        .ofLongs()
        .setUnit("{request}")
        .setDescription(description)
        .buildObserver();
  }
}
