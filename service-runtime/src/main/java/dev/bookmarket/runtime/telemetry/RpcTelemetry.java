package dev.bookmarket.runtime.telemetry;

import io.grpc.Status.Code;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates the spans of gRPC calls and records their durations, by OpenTelemetry's semantic
 * conventions 1.44. Safe for concurrent use.
 */
public final class RpcTelemetry {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> STATUS =
      AttributeKey.stringKey("rpc.response.status_code");

  private final SpanKind kind;
  private final Set<Code> errors;
  private final Tracer tracer = Telemetry.tracer();
  private final DoubleHistogram durations;
  private final LongCounter attempts =
      Telemetry.counter(
          "bookmarket.rpc.client.attempts", "{attempt}", "Attempts of calls, including the first.");
  private final LongCounter retries =
      Telemetry.counter(
          "bookmarket.rpc.client.retries", "{attempt}", "Attempts of calls, without the first.");
  private final Map<Result, Attributes> results = new ConcurrentHashMap<>();

  private RpcTelemetry(SpanKind kind, Set<Code> errors, String metric, String description) {
    this.kind = kind;
    this.errors = errors;
    durations = Telemetry.durations(metric, description);
  }

  /** Returns the telemetry of the calls that a server receives. */
  public static RpcTelemetry ofServer() {
    return new RpcTelemetry(
        SpanKind.SERVER,
        EnumSet.of(
            Code.UNKNOWN,
            Code.DEADLINE_EXCEEDED,
            Code.UNIMPLEMENTED,
            Code.INTERNAL,
            Code.UNAVAILABLE,
            Code.DATA_LOSS),
        "rpc.server.call.duration",
        "Duration of the calls that this server received.");
  }

  /** Returns the telemetry of the calls that a client makes. */
  public static RpcTelemetry ofClient() {
    return new RpcTelemetry(
        SpanKind.CLIENT,
        EnumSet.complementOf(EnumSet.of(Code.OK)),
        "rpc.client.call.duration",
        "Duration of the calls that this client made, including their retries.");
  }

  /** Returns whether calls of the method are neither traced nor measured: gRPC's own services. */
  public static boolean isIgnored(String method) {
    return method.startsWith("grpc.");
  }

  /**
   * Starts a call.
   *
   * @param method the full name; one of a bounded number of names
   */
  public Call start(Context parent, String method) {
    return new Call(startSpan(parent, method), parent, method);
  }

  /** Starts the span of a call or of one of its attempts. */
  public Span startSpan(Context parent, String method) {
    var span = tracer.spanBuilder(method).setSpanKind(kind).setParent(parent).startSpan();
    return span.setAttribute(SYSTEM, "grpc").setAttribute(METHOD, method);
  }

  /** Ends the span of a call or of one of its attempts. */
  public void end(Span span, Code code) {
    span.setAttribute(STATUS, code.name());
    if (errors.contains(code)) {
      span.setAttribute(ErrorAttributes.ERROR_TYPE, code.name()).setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /**
   * Ends the span of an attempt and counts the attempt.
   *
   * @param context the context of its call
   * @param number 1 for the first attempt of the call
   */
  public void endAttempt(Span span, Context context, String method, int number, Code code) {
    attempts.add(1, attributes(method, code), context);
    if (number > 1) {
      retries.add(1, Attributes.of(METHOD, method), context);
    }
    end(span, code);
  }

  private Attributes attributes(String method, Code code) {
    return results.computeIfAbsent(new Result(method, code), this::attributesOf);
  }

  private Attributes attributesOf(Result result) {
    var code = result.code.name();
    var attributes = Attributes.builder().put(SYSTEM, "grpc").put(METHOD, result.method);
    if (errors.contains(result.code)) {
      attributes.put(ErrorAttributes.ERROR_TYPE, code);
    }
    return attributes.put(STATUS, code).build();
  }

  private record Result(String method, Code code) {}

  /** One call. */
  public final class Call {
    private final long start = System.nanoTime();
    private final Span span;
    private final Context context;
    private final String method;

    private Call(Span span, Context parent, String method) {
      this.span = span;
      this.context = parent.with(span);
      this.method = method;
    }

    /** Returns the context whose current span is that of the call. */
    public Context context() {
      return context;
    }

    /** Ends the span and records the duration. */
    public void end(Code code) {
      durations.record((System.nanoTime() - start) / 1e9, attributes(method, code), context);
      RpcTelemetry.this.end(span, code);
    }
  }
}
