package dev.bookmarket.runtime.telemetry;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Collects the telemetry of this JVM until it is closed. Objects must be constructed after it. */
public final class TestTelemetry implements AutoCloseable {
  private final List<SpanData> spans = new CopyOnWriteArrayList<>();
  private final List<LogRecordData> logs = new CopyOnWriteArrayList<>();
  private final Reader metrics = new Reader();
  private final PrometheusMetricReader prometheus =
      PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
  private final OpenTelemetrySdk sdk;

  private TestTelemetry(Sampler sampler) {
    sdk =
        OpenTelemetrySdk.builder()
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(new SpanSampler(sampler, () -> false))
                    .addSpanProcessor(SpanCollector.PROCESSOR)
                    .addSpanProcessor(SimpleSpanProcessor.create(new Exporter(spans)))
                    .build())
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .registerMetricReader(metrics)
                    .registerMetricReader(prometheus)
                    .build())
            .setLoggerProvider(
                SdkLoggerProvider.builder()
                    .addLogRecordProcessor((context, record) -> logs.add(record.toLogRecordData()))
                    .build())
            .build();
  }

  /** Starts to collect. */
  public static TestTelemetry begin() {
    return begin(Sampler.parentBased(Sampler.alwaysOn()));
  }

  /** Starts to collect spans that the sampler selects. */
  public static TestTelemetry begin(Sampler sampler) {
    var telemetry = new TestTelemetry(sampler);
    Telemetry.set(telemetry.sdk);
    return telemetry;
  }

  /** Removes the spans and the log records. */
  public void clear() {
    spans.clear();
    logs.clear();
  }

  /** Returns the spans that have ended. */
  public List<SpanData> spans() {
    return List.copyOf(spans);
  }

  /** Returns the first span that matches, after it has ended. */
  public SpanData span(Predicate<SpanData> condition) {
    Eventually.soon("a span", () -> spans.stream().anyMatch(condition));
    return spans.stream().filter(condition).findFirst().orElseThrow();
  }

  /** Returns the spans whose parent is the given one. */
  public List<SpanData> childrenOf(SpanData parent) {
    return spans.stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .toList();
  }

  /** Returns the log records. */
  public List<LogRecordData> logs() {
    return List.copyOf(logs);
  }

  /** Returns all metrics in the form of Prometheus. */
  public OpenMetrics metrics() {
    try {
      var text = new ByteArrayOutputStream();
      OpenMetricsTextFormatWriter.create().write(text, prometheus.collect());
      return OpenMetrics.parse(text.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the points of a histogram. */
  public List<HistogramPointData> histogram(String name) {
    return metrics.registration.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .<HistogramPointData>flatMap(metric -> metric.getHistogramData().getPoints().stream())
        .toList();
  }

  @Override
  public void close() {
    Telemetry.set(OpenTelemetry.noop());
    sdk.close();
  }

  private record Exporter(List<SpanData> spans) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private static final class Reader implements MetricReader {
    private volatile CollectionRegistration registration = CollectionRegistration.noop();

    @Override
    public void register(CollectionRegistration registration) {
      this.registration = registration;
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public MemoryMode getMemoryMode() {
      return MemoryMode.IMMUTABLE_DATA;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
