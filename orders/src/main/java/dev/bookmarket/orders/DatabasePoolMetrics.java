package dev.bookmarket.orders;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.PoolStats;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;

/**
 * The metrics of a connection pool, by OpenTelemetry's semantic conventions 1.44. Safe for
 * concurrent use.
 */
final class DatabasePoolMetrics implements IMetricsTracker {
  private static final String PREFIX = "db.client.connection.";
  private static final AttributeKey<String> POOL = AttributeKey.stringKey(PREFIX + "pool.name");
  private static final AttributeKey<String> STATE = AttributeKey.stringKey(PREFIX + "state");

  private final Attributes pool;
  private final LongCounter timeouts =
      Telemetry.counter(
          PREFIX + "timeouts", "{timeout}", "Waits for a connection that took too long.");
  private final DoubleHistogram createTime =
      Telemetry.durations(PREFIX + "create_time", "Time to open a connection.");
  private final DoubleHistogram waitTime =
      Telemetry.durations(PREFIX + "wait_time", "Time to get a connection from the pool.");
  private final DoubleHistogram useTime =
      Telemetry.durations(PREFIX + "use_time", "Time from getting a connection to its return.");
  private final BatchCallback observation;

  DatabasePoolMetrics(String name, PoolStats stats) {
    pool = Attributes.of(POOL, name);
    timeouts.add(0, pool);
    var idle = Attributes.of(POOL, name, STATE, "idle");
    var used = Attributes.of(POOL, name, STATE, "used");
    var count = upDownCounter("count", "{connection}", "Open connections.");
    var max = upDownCounter("max", "{connection}", "The maximum of open connections.");
    var pending = upDownCounter("pending_requests", "{request}", "Waits for a connection.");
    observation =
        Telemetry.meter()
            .batchCallback(
                () -> {
                  count.record(stats.getIdleConnections(), idle);
                  count.record(stats.getActiveConnections(), used);
                  max.record(stats.getMaxConnections(), pool);
                  pending.record(stats.getPendingThreads(), pool);
                },
                count,
                max,
                pending);
  }

  private static ObservableLongMeasurement upDownCounter(
      String name, String unit, String description) {
    return Telemetry.meter()
        .upDownCounterBuilder(PREFIX + name)
        .setUnit(unit)
        .setDescription(description)
        .buildObserver();
  }

  @Override
  public void recordConnectionCreatedMillis(long millis) {
    createTime.record(millis / 1e3, pool);
  }

  @Override
  public void recordConnectionAcquiredNanos(long nanos) {
    waitTime.record(nanos / 1e9, pool);
  }

  @Override
  public void recordConnectionUsageMillis(long millis) {
    useTime.record(millis / 1e3, pool);
  }

  @Override
  public void recordConnectionTimeout() {
    timeouts.add(1, pool);
  }

  @Override
  public void close() {
    observation.close();
  }
}
