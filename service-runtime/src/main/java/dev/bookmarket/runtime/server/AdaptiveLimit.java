package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.Priority;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how many tasks wait or run at the same time, and adapts the limit to their latency: it
 * grows by one after as many fast tasks as it allows, and shrinks by a tenth, at most once per
 * target, when a task takes longer than the target. So the time for which a task waits stays near
 * the target, whatever the tasks cost.
 *
 * <p>The algorithm is additive increase, multiplicative decrease (AIMD). Sources: D. Chiu and R.
 * Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer
 * Networks", 1989; the class AIMDLimit of <a
 * href="https://github.com/Netflix/concurrency-limits">Netflix concurrency-limits</a>. Safe for
 * concurrent use.
 */
final class AdaptiveLimit {
  private static final double DECREASE = 0.9;

  private final int minimum;
  private final int maximum;
  private final long targetNanos;
  private final LongSupplier nanoTime;
  private double limit;
  private int admitted;
  private long lastDecrease; // a value of System.nanoTime

  /**
   * Creates a limit that starts halfway between its bounds.
   *
   * @param target the latency of a task above which the limit shrinks
   */
  AdaptiveLimit(int minimum, int maximum, Duration target) {
    this(minimum, maximum, target, System::nanoTime);
  }

  AdaptiveLimit(int minimum, int maximum, Duration target, LongSupplier nanoTime) {
    this.minimum = minimum;
    this.maximum = maximum;
    this.targetNanos = target.toNanos();
    this.nanoTime = nanoTime;
    this.limit = (minimum + maximum) / 2.0;
    this.lastDecrease = nanoTime.getAsLong();
  }

  /**
   * Returns whether a task of this priority may wait or run now. If it may, {@link #release} must
   * be called when it has ended.
   */
  synchronized boolean tryAcquire(Priority priority) {
    if (admitted >= Math.max(1, (int) (limit * priority.share()))) {
      return false;
    }
    admitted++;
    return true;
  }

  /**
   * Reports the end of a task.
   *
   * @param admittedAt the value of {@link System#nanoTime} when the task was admitted
   */
  synchronized void release(long admittedAt) {
    var now = nanoTime.getAsLong();
    admitted--;
    if (now - admittedAt > targetNanos) {
      if (now - lastDecrease > targetNanos) {
        limit = Math.max(minimum, limit * DECREASE);
        lastDecrease = now;
      }
    } else {
      limit = Math.min(maximum, limit + 1 / limit);
    }
  }

  /** Returns the current limit. */
  synchronized int limit() {
    return (int) limit;
  }
}
