package dev.bookmarket.runtime.trace;

import dev.bookmarket.runtime.trace.TraceStep.Kind;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Collects the spans of one request: those of this process, and the traces that other processes
 * send with their responses. The collector is stored in OpenTelemetry's context. Collected spans
 * are recorded even if they are not sampled, but only sampled ones are exported. Collects at most
 * 100 spans; beyond that, the trace is marked as truncated. Safe for concurrent use.
 */
public final class SpanCollector {
  /** The number of an attempt of a call, from 1. */
  public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("bookmarket.rpc.attempt");

  /** The name of the replica that responded to an attempt. */
  public static final AttributeKey<String> REPLICA =
      AttributeKey.stringKey("bookmarket.rpc.replica");

  /**
   * Microseconds from the start of an attempt to the deadline of its call; may be negative if the
   * deadline has passed.
   */
  public static final AttributeKey<Long> TIME_LIMIT =
      AttributeKey.longKey("bookmarket.rpc.time_limit");

  private static final AttributeKey<String> RPC_STATUS =
      AttributeKey.stringKey("rpc.response.status_code");

  /** The package in the name of an RPC. */
  private static final Pattern PACKAGE = Pattern.compile("^[\\w.]*\\.(?=\\w+/)");

  private static final ContextKey<SpanCollector> KEY = ContextKey.named("span collector");

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

  /** Returns a processor that gives each span to the collector of its context. */
  public static SpanProcessor processor() {
    return new Processor();
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
    private final List<TraceStep> steps = new ArrayList<>();
    private final Map<String, List<Snapshot>> children = new HashMap<>();
    private boolean isTruncated = isFull;

    RequestTrace trace() {
      var snapshots = spans.values().stream().map(Snapshot::of).toList();
      for (var span : snapshots.subList(1, snapshots.size())) {
        children.computeIfAbsent(span.data.getParentSpanId(), id -> new ArrayList<>()).add(span);
      }
      var first = snapshots.get(0);
      add(first, 0, first.start());
      return new RequestTrace(first.data.getTraceId(), steps, isTruncated);
    }

    private void add(Snapshot span, int parent, long origin) {
      var index = steps.size();
      var step = span.toStep(parent, origin);
      steps.add(step);
      var id = span.data.getSpanId();
      var trace = received.get(id);
      if (trace != null) {
        addReceived(trace, index);
      } else if (step.kind() == Kind.ATTEMPT && !(step.isOpen() && steps.get(parent).isOpen())) {
        steps.add(step.gap(index));
      }
      children.getOrDefault(id, List.of()).stream()
          .sorted(Comparator.comparing(Snapshot::start))
          .forEach(child -> add(child, index, origin));
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
  }

  /** A span as it was at one time; {@code nanos} is its duration until then. */
  private record Snapshot(SpanData data, long nanos) {
    static Snapshot of(ReadableSpan span) {
      return new Snapshot(span.toSpanData(), span.getLatencyNanos());
    }

    long start() {
      return data.getStartEpochNanos();
    }

    TraceStep toStep(int parent, long origin) {
      var attributes = data.getAttributes();
      var start = micros(start() - origin);
      var limit = attributes.get(TIME_LIMIT);
      return new TraceStep(
          kindOf(data),
          PACKAGE.matcher(data.getName()).replaceFirst(""),
          parent,
          start,
          micros(nanos),
          !data.hasEnded(),
          first(
              attributes,
              RPC_STATUS,
              DbAttributes.DB_RESPONSE_STATUS_CODE,
              ErrorAttributes.ERROR_TYPE),
          first(attributes, REPLICA, NetworkAttributes.NETWORK_PEER_ADDRESS),
          limit == null ? 0 : (int) Math.min(Integer.MAX_VALUE, start + limit),
          first(attributes, DbAttributes.DB_QUERY_TEXT));
    }
  }

  private static Kind kindOf(SpanData span) {
    return switch (span.getKind()) {
      case SERVER -> Kind.SERVER;
      case CLIENT -> {
        if (span.getAttributes().get(DbAttributes.DB_SYSTEM_NAME) != null) {
          yield Kind.STATEMENT;
        }
        yield span.getAttributes().get(ATTEMPT) == null ? Kind.CALL : Kind.ATTEMPT;
      }
      default -> Kind.INTERNAL;
    };
  }

  private static int micros(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
  }

  private static final class Processor implements SpanProcessor {
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
  }

  @SafeVarargs
  private static String first(Attributes attributes, AttributeKey<String>... keys) {
    return Stream.of(keys)
        .flatMap(key -> Optional.ofNullable(attributes.get(key)).stream())
        .findFirst()
        .orElse("");
  }
}
