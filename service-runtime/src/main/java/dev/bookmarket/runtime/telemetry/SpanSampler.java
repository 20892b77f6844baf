package dev.bookmarket.runtime.telemetry;

import dev.bookmarket.runtime.trace.SpanCollector;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Samples the spans that the configured sampler selects, except those of a warm-up, which are only
 * recorded, and those for which there is no backend. Also records those that a {@link
 * SpanCollector} collects. Safe for concurrent use.
 */
record SpanSampler(Sampler configured, BooleanSupplier isBackendAbsent) implements Sampler {
  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    var result =
        isBackendAbsent.getAsBoolean()
            ? SamplingResult.drop()
            : Telemetry.isWarmingUp()
                ? SamplingResult.recordOnly()
                : configured.shouldSample(parent, traceId, name, kind, attributes, links);
    return result.getDecision() == SamplingDecision.DROP && SpanCollector.of(parent).isPresent()
        ? SamplingResult.recordOnly()
        : result;
  }

  @Override
  public String getDescription() {
    return configured.getDescription();
  }
}
