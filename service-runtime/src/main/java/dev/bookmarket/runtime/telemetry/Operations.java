package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.ErrorAttributes;

/** Traces operations of one kind and measures their durations. Safe for concurrent use. */
public final class Operations {
  private final SpanKind kind;
  private final DoubleHistogram durations;

  /** Creates the telemetry of a kind of operations; the metric is in seconds. */
  public Operations(SpanKind kind, String metric, String description) {
    this.kind = kind;
    durations = Telemetry.durations(metric, description);
  }

  /** Starts an operation; the number of different names must be bounded. */
  public Operation start(Context parent, String name) {
    var span = Telemetry.tracer().spanBuilder(name).setSpanKind(kind).setParent(parent);
    return new Operation(parent.with(span.startSpan()));
  }

  /** One operation. */
  public final class Operation {
    private final long start = System.nanoTime();
    private final boolean isMeasured = !Telemetry.isWarmingUp();
    private final Context context;

    private Operation(Context context) {
      this.context = context;
    }

    /** Returns the context whose current span is that of the operation. */
    public Context context() {
      return context;
    }

    /** Returns the span of the operation. */
    public Span span() {
      return Span.fromContext(context);
    }

    /** Returns whether the operation counts in metrics: not if it started during a warm-up. */
    public boolean isMeasured() {
      return isMeasured;
    }

    /** Records the duration and ends the span; both get the attributes. */
    public void end(Attributes attributes) {
      if (isMeasured) {
        durations.record((System.nanoTime() - start) / 1e9, attributes, context);
      }
      endSpan(attributes);
    }

    /** Ends the span; it failed if the attributes contain {@code error.type}. */
    public void endSpan(Attributes attributes) {
      var span = span().setAllAttributes(attributes);
      if (attributes.get(ErrorAttributes.ERROR_TYPE) != null) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
