package dev.bookmarket.runtime.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.semconv.ServiceAttributes;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of this process: one OpenTelemetry SDK, which the standard {@code OTEL_*} variables
 * configure. Nothing is exported unless a variable names an endpoint or an exporter. Safe for
 * concurrent use.
 */
public final class Telemetry {
  private static final List<String> SIGNALS = List.of("traces", "metrics", "logs");

  private static final String SCOPE = "dev.bookmarket";

  /** The buckets of the semantic conventions, in seconds. */
  private static final List<Double> BUCKETS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

  /** How many exported traces a process begins per second, unless a variable selects a sampler. */
  private static final int TRACES_PER_SECOND = 100;

  private static final String NONE = "none";
  private static final List<String> EXPORTERS = List.of("otlp", NONE);

  /** The values of variables that are unset. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.propagators",
          "tracecontext",
          "otel.exporter.otlp.protocol",
          "http/protobuf",
          // It creates a random id, and warns if another one replaces it.
          "otel.java.disabled.resource.providers",
          "io.opentelemetry.sdk.autoconfigure.ServiceInstanceIdResourceProvider");

  /** How long {@link #close} waits for the export of what is queued. */
  private static final long FLUSH_SECONDS = 2;

  private static final ThreadFactory THREADS =
      new ThreadFactoryBuilder().setNameFormat("telemetry-close").setDaemon(true).build();

  private static volatile OpenTelemetry instance = OpenTelemetry.noop();
  private static final AtomicInteger warmUps = new AtomicInteger();

  private Telemetry() {}

  /**
   * Starts the SDK; called once, before the objects of the process are constructed. With {@code
   * OTEL_SDK_DISABLED=true}, {@link #get} continues to return an instance that does nothing.
   *
   * @param serviceName the default of {@code OTEL_SERVICE_NAME}
   * @param instanceId identifies this process among all processes of the service
   * @param metrics receives the metrics, in addition to what the variables configure
   * @throws IllegalArgumentException if a variable has an invalid value
   */
  public static void start(
      String serviceName, String instanceId, Optional<? extends MetricReader> metrics) {
    if (Boolean.parseBoolean(System.getenv("OTEL_SDK_DISABLED"))) {
      return;
    }
    var backend = new AbsentBackend();
    try {
      instance =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesCustomizer(config -> defaults(config, serviceName))
              .addPropertiesCustomizer(Telemetry::exporters)
              .addPropertiesCustomizer(config -> attributes(config, instanceId))
              .addSamplerCustomizer(
                  (sampler, config) ->
                      new SpanSampler(
                          isUnset(config, "otel.traces.sampler")
                              ? TraceLimit.ofRoots(TRACES_PER_SECOND)
                              : sampler,
                          backend.areTracesPaused(config)))
              .addSpanExporterCustomizer(
                  (exporter, config) ->
                      backend.guard(SpanExporter.class, exporter, "traces", config))
              .addMetricExporterCustomizer(
                  (exporter, config) ->
                      backend.guard(MetricExporter.class, exporter, "metrics", config))
              .addLogRecordExporterCustomizer(
                  (exporter, config) ->
                      backend.guard(LogRecordExporter.class, exporter, "logs", config))
              .addTracerProviderCustomizer(Telemetry::spans)
              .addMeterProviderCustomizer(
                  (meters, config) ->
                      metrics.isPresent() ? meters.registerMetricReader(metrics.get()) : meters)
              .build()
              .getOpenTelemetrySdk();
      var unused = RuntimeTelemetry.create(instance);
    } catch (ConfigurationException invalid) {
      // The SDK reports some of them without the reason.
      var reason = invalid.getCause() == null ? "" : " (" + invalid.getCause().getMessage() + ")";
      throw new IllegalArgumentException(invalid.getMessage() + reason, invalid);
    }
  }

  /** Returns the instance of this process; one that does nothing before {@link #start}. */
  public static OpenTelemetry get() {
    return instance;
  }

  /** Replaces the instance, in tests. */
  static void set(OpenTelemetry replacement) {
    instance = replacement;
  }

  /** Returns the tracer of the shop's own spans. */
  public static Tracer tracer() {
    return instance.getTracer(SCOPE);
  }

  /** Returns the meter of the shop's own metrics. */
  public static Meter meter() {
    return instance.getMeter(SCOPE);
  }

  /** Returns a counter. Its unit is in UCUM, with a noun in braces, such as <code>{call}</code>. */
  public static LongCounter counter(String name, String unit, String description) {
    return meter().counterBuilder(name).setUnit(unit).setDescription(description).build();
  }

  /** Returns a histogram of durations in seconds. */
  public static DoubleHistogram durations(String name, String description) {
    var histogram = meter().histogramBuilder(name).setDescription(description).setUnit("s");
    return histogram.setExplicitBucketBoundariesAdvice(BUCKETS).build();
  }

  /**
   * Begins a warm-up, in which a server sends requests to itself. Until the returned object is
   * closed, this process records spans but does not export them, and measures no operations.
   */
  public static Scope warmUp() {
    warmUps.incrementAndGet();
    return warmUps::decrementAndGet;
  }

  /** Returns whether a server of this process warms up. */
  public static boolean isWarmingUp() {
    return warmUps.get() > 0;
  }

  /** Returns a context with the span of a caller; without one if it sent none. */
  public static Context extract(Function<String, @Nullable String> headers) {
    return propagator().extract(Context.root(), headers, new Headers());
  }

  /** Sends the current span of the context to a server. */
  public static void inject(Context context, BiConsumer<String, String> header) {
    propagator().inject(context, header, (carrier, name, value) -> header.accept(name, value));
  }

  private static TextMapPropagator propagator() {
    return instance.getPropagators().getTextMapPropagator();
  }

  /** Exports what is queued, for at most two seconds, and stops the SDK. */
  public static void close() {
    if (instance instanceof OpenTelemetrySdk sdk) {
      // In a thread of its own, because the shutdown of metrics itself waits for an export.
      CompletableFuture.runAsync(
              () -> shutDown(sdk).join(FLUSH_SECONDS, TimeUnit.SECONDS),
              task -> THREADS.newThread(task).start())
          .completeOnTimeout(null, FLUSH_SECONDS, TimeUnit.SECONDS)
          .join();
    }
  }

  private static CompletableResultCode shutDown(OpenTelemetrySdk sdk) {
    return CompletableResultCode.ofAll(
        List.of(
            sdk.getSdkTracerProvider().shutdown(),
            sdk.getSdkLoggerProvider().shutdown(),
            sdk.getSdkMeterProvider().shutdown())); // the last one, so that it delays no other
  }

  /** Removes empty variables, which count as unset, and sets the defaults of this project. */
  private static Map<String, @Nullable String> defaults(
      ConfigProperties config, String serviceName) {
    var values = new HashMap<String, @Nullable String>();
    for (var variable : System.getenv().keySet()) {
      var name = variable.toLowerCase(Locale.ROOT).replace('_', '.');
      if (name.startsWith("otel.")) {
        values.put(name, null);
      }
    }
    values.putAll(DEFAULTS);
    values.put("otel.service.name", serviceName);
    values.keySet().removeIf(name -> !isUnset(config, name));
    return values;
  }

  /**
   * Disables the exporter of each signal for which no variable names an exporter or an endpoint.
   *
   * @throws ConfigurationException if a variable names an exporter that this process does not have
   */
  private static Map<String, String> exporters(ConfigProperties config) {
    var exporters = new HashMap<String, String>();
    for (var signal : SIGNALS) {
      var exporter = "otel." + signal + ".exporter";
      if (!EXPORTERS.containsAll(config.getList(exporter))) {
        throw new ConfigurationException(exporter + " must be otlp or none");
      }
      if (isUnset(config, exporter)) {
        var isOn =
            !isUnset(config, "otel.exporter.otlp.endpoint")
                || !isUnset(config, "otel.exporter.otlp." + signal + ".endpoint");
        exporters.put(exporter, isOn ? "otlp" : NONE);
      }
    }
    return exporters;
  }

  private static boolean isUnset(ConfigProperties config, String name) {
    return Objects.requireNonNullElse(config.getString(name), "").isBlank();
  }

  /** Adds the id of the instance, unless OTEL_RESOURCE_ATTRIBUTES contains it. */
  private static Map<String, String> attributes(ConfigProperties config, String instanceId) {
    var attributes = "otel.resource.attributes";
    var id = ServiceAttributes.SERVICE_INSTANCE_ID.getKey();
    var configured = Objects.requireNonNullElse(config.getString(attributes), "");
    return config.getMap(attributes).containsKey(id)
        ? Map.of()
        : Map.of(attributes, configured + "," + id + "=" + URLEncoder.encode(instanceId, UTF_8));
  }

  /**
   * Decides whether spans are recorded: only if they are exported or collected. All have ids, for
   * the log; the SDK creates no ids if there is no processor.
   */
  private static SdkTracerProviderBuilder spans(
      SdkTracerProviderBuilder spans, ConfigProperties config) {
    spans.addSpanProcessor(SpanCollector.PROCESSOR);
    return NONE.equals(config.getString("otel.traces.exporter"))
        ? spans.setSampler(new SpanSampler(Sampler.alwaysOff(), () -> true))
        : spans;
  }

  private record Headers() implements TextMapGetter<Function<String, @Nullable String>> {
    @Override
    public Iterable<String> keys(Function<String, @Nullable String> headers) {
      return List.of(); // only for propagators of baggage
    }

    @Override
    public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String name) {
      return headers == null ? null : headers.apply(name);
    }
  }
}
