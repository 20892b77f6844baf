package dev.bookmarket.runtime.trace;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import com.google.common.primitives.Ints;
import dev.bookmarket.runtime.trace.TraceStep.Kind;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.DbAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the spans of one request: those of this process, and the traces that other processes
 * send with their responses. The collector is stored in OpenTelemetry's context. Collected spans
 * are recorded even if they are not sampled, but only sampled ones are exported. Collects at most
 * 100 spans; beyond that, the trace is marked as truncated. Safe for concurrent use.
 */
public final class SpanCollector {
  /** The number of an attempt of a call, from 1. */
  public static final AttributeKey<Long> ATTEMPT = longKey("bookmarket.rpc.attempt");

  /** The name of the replica that responded to an attempt. */
  public static final AttributeKey<String> REPLICA = stringKey("bookmarket.rpc.replica");

  /**
   * Microseconds from the start of an attempt to the deadline of its call; may be negative if the
   * deadline has passed.
   */
  public static final AttributeKey<Long> TIME_LIMIT = longKey("bookmarket.rpc.time_limit");

  private static final AttributeKey<String> RPC_STATUS = stringKey("rpc.response.status_code");

  private static final ContextKey<SpanCollector> KEY = ContextKey.named("span collector");

  /** Gives each span to the collector of its context. */
  public static final SpanProcessor PROCESSOR =
      new SpanProcessor() {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
          of(parent).ifPresent(collector -> collector.add(span));
        }

        @Override
        public boolean isStartRequired() {
          return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {}

        @Override
        public boolean isEndRequired() {
          return false;
        }
      };

  private final Map<String, ReadableSpan> spans = new LinkedHashMap<>();
  private final Map<String, RequestTrace> received = new HashMap<>();
  private boolean isFull;

  /** Returns a context in which the spans of a request are collected. */
  public static Context collectingIn(Context context) {
    return context.with(KEY, new SpanCollector());
  }

  /** Returns the collector of a context; empty if its spans are not collected. */
  public static Optional<SpanCollector> of(Context context) {
    return Optional.ofNullable(context.get(KEY));
  }

  /**
   * Records a response to an attempt. A later one of the same attempt replaces it. Ignores an
   * attempt whose span has not been collected.
   *
   * @param trace the steps of the called process, which may be none
   */
  public synchronized void receive(SpanContext attempt, RequestTrace trace) {
    if (spans.containsKey(attempt.getSpanId())) {
      received.put(attempt.getSpanId(), trace);
    }
  }

  private synchronized void add(ReadableSpan span) {
    if (spans.size() < RequestTrace.MAX_STEPS) {
      spans.put(span.getSpanContext().getSpanId(), span);
    } else {
      isFull = true;
    }
  }

  /**
   * Returns the steps so far, depth first, at most 100; open spans last until now. There are no
   * steps if telemetry is disabled.
   */
  public synchronized RequestTrace toTrace() {
    return spans.isEmpty() ? RequestTrace.EMPTY : new Assembly().trace();
  }

  /** Puts the spans into the order of a trace. */
  private final class Assembly {
    private final ReadableSpan rootSpan = spans.values().iterator().next();
    private final SpanData root = rootSpan.toSpanData();
    private final List<SpanData> sorted =
        spans.values().stream()
            .map(ReadableSpan::toSpanData)
            .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
            .toList();
    private final long origin = root.getStartEpochNanos();
    private final long now = origin + rootSpan.getLatencyNanos();
    private final List<TraceStep> steps = new ArrayList<>();
    private boolean isTruncated = isFull;

    RequestTrace trace() {
      add(root, 0);
      return new RequestTrace(root.getTraceId(), steps, isTruncated);
    }

    private void add(SpanData span, int parent) {
      var index = steps.size();
      var step = toStep(span, parent);
      steps.add(step);
      var trace = received.get(span.getSpanId());
      if (trace != null) {
        addReceived(trace, index);
      } else if (step.kind() == Kind.ATTEMPT && !(step.isOpen() && steps.get(parent).isOpen())) {
        steps.add(step.gap(index));
      }
      for (var child : sorted) {
        if (child.getParentSpanId().equals(span.getSpanId())) {
          add(child, index);
        }
      }
    }

    /**
     * Adds the steps of a process with its own clock: in the middle of the attempt. Half of the
     * remaining time is before them, half after: the clocks need not agree.
     */
    private void addReceived(RequestTrace trace, int attempt) {
      isTruncated |= trace.isTruncated();
      var parent = steps.get(attempt);
      var first = steps.size();
      for (var step : trace.steps()) {
        var unknown = parent.duration() - trace.steps().get(0).duration();
        var index = steps.size() == first ? attempt : first + step.parent();
        steps.add(step.movedInto(parent, index, parent.start() + Math.max(0, unknown) / 2));
      }
    }

    private TraceStep toStep(SpanData span, int parent) {
      var attributes = span.getAttributes();
      var number = attributes.get(ATTEMPT);
      var start = Ints.saturatedCast((span.getStartEpochNanos() - origin) / 1_000);
      var end = span.hasEnded() ? span.getEndEpochNanos() : now;
      var limit = attributes.get(TIME_LIMIT);
      return new TraceStep(
          kindOf(span.getKind(), attributes),
          number == null ? withoutPackage(span.getName()) : "" + number,
          parent,
          start,
          Ints.saturatedCast((end - span.getStartEpochNanos()) / 1_000),
          !span.hasEnded(),
          first(
              attributes,
              RPC_STATUS,
              DbAttributes.DB_RESPONSE_STATUS_CODE,
              ErrorAttributes.ERROR_TYPE),
          first(attributes, REPLICA, NetworkAttributes.NETWORK_PEER_ADDRESS),
          limit == null ? 0 : Ints.saturatedCast(start + limit),
          first(attributes, DbAttributes.DB_QUERY_TEXT));
    }
  }

  /** Returns {@code Greeter/SayHello} for {@code helloworld.Greeter/SayHello}. */
  private static String withoutPackage(String name) {
    return name.substring(name.lastIndexOf('.', name.indexOf('/')) + 1);
  }

  private static Kind kindOf(SpanKind kind, Attributes attributes) {
    if (kind != SpanKind.CLIENT) {
      return kind == SpanKind.SERVER ? Kind.SERVER : Kind.INTERNAL;
    }
    return attributes.get(ATTEMPT) != null
        ? Kind.ATTEMPT
        : attributes.get(DbAttributes.DB_SYSTEM_NAME) != null ? Kind.STATEMENT : Kind.CALL;
  }

  @SafeVarargs
  private static String first(Attributes attributes, AttributeKey<String>... keys) {
    for (var key : keys) { // not a stream: runs three times for each step
      var value = attributes.get(key);
      if (value != null) {
        return value;
      }
    }
    return "";
  }
}
