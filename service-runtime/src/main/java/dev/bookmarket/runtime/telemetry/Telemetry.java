package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.semconv.ServiceAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

  static final String SCOPE = "dev.bookmarket";
  private static final String NONE = "none";
  private static final String RANDOM_ID =
      "io.opentelemetry.sdk.autoconfigure.ServiceInstanceIdResourceProvider";

  /** How long {@link #close} waits for the export of what is queued. */
  private static final long FLUSH_SECONDS = 2;

  private static volatile OpenTelemetry instance = OpenTelemetry.noop();

  private Telemetry() {}

  /**
   * Starts the SDK; called once, before the objects of the process are constructed. With {@code
   * OTEL_SDK_DISABLED=true}, {@link #get} continues to return an instance that does nothing.
   *
   * @param serviceName the default of {@code OTEL_SERVICE_NAME}
   * @param instanceId identifies this process among all processes of the service
   * @throws IllegalArgumentException if a variable has an invalid value
   */
  public static void start(String serviceName, String instanceId) {
    if (Boolean.parseBoolean(System.getenv("OTEL_SDK_DISABLED"))) {
      return;
    }
    try {
      instance =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(
                  () ->
                      Map.of(
                          "otel.service.name",
                          serviceName,
                          "otel.propagators",
                          "tracecontext",
                          "otel.exporter.otlp.protocol",
                          "http/protobuf",
                          // It creates a random id, and warns if another one replaces it.
                          "otel.java.disabled.resource.providers",
                          RANDOM_ID))
              .addPropertiesCustomizer(Telemetry::exporters)
              .addPropertiesCustomizer(config -> attributes(config, instanceId))
              .addTracerProviderCustomizer(Telemetry::spans)
              .build()
              .getOpenTelemetrySdk();
    } catch (ConfigurationException invalid) {
      throw new IllegalArgumentException(invalid.getMessage(), invalid);
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
      var unused = sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
  }

  /**
   * Disables the exporter of each signal for which no variable names an exporter or an endpoint.
   */
  private static Map<String, String> exporters(ConfigProperties config) {
    var exporters = new HashMap<String, String>();
    for (var signal : SIGNALS) {
      var exporter = "otel." + signal + ".exporter";
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
        : Map.of(attributes, configured + "," + id + "=" + instanceId);
  }

  /**
   * Decides whether spans are recorded: only if they are exported. All have ids, for the log; the
   * SDK creates no ids if there is no processor.
   */
  private static SdkTracerProviderBuilder spans(
      SdkTracerProviderBuilder spans, ConfigProperties config) {
    return NONE.equals(config.getString("otel.traces.exporter"))
        ? spans
            .setSampler(Sampler.alwaysOff())
            .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
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
