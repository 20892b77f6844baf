package dev.bookmarket.runtime.telemetry;

import com.google.common.util.concurrent.RateLimiter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Samples a limited number of traces per second, and drops the others. What a second does not use
 * is added to the next one. Without a limit, recording and exporting all spans of a busy process
 * costs CPU time, and a full queue of the exporter drops single spans of many traces. Safe for
 * concurrent use.
 */
record TraceLimit(RateLimiter perSecond) implements Sampler {
  /**
   * Returns a sampler that uses the decision of the caller, or this limit if there is no caller.
   */
  static Sampler ofRoots(int perSecond) {
    return Sampler.parentBased(new TraceLimit(RateLimiter.create(perSecond)));
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return perSecond.tryAcquire() ? SamplingResult.recordAndSample() : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "TraceLimit{" + perSecond.getRate() + "}";
  }
}
