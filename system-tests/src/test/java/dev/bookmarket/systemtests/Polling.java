package dev.bookmarket.systemtests;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Polls assertions until they hold, or for some time. */
public final class Polling {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Polling() {}

  /** Repeats the assertions until they hold; fails with their message after the timeout. */
  public static void within(Duration timeout, Runnable assertions) {
    var until = System.nanoTime() + timeout.toNanos();
    while (true) {
      // An attempt that started before the timeout counts, however long it takes.
      var last = System.nanoTime() >= until;
      try {
        assertions.run();
        return;
      } catch (AssertionError failure) {
        if (last) {
          throw new AssertionError(
              "not within " + timeout.toMillis() + " ms: " + failure.getMessage(), failure);
        }
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
  }

  /** Repeats the assertions for the given time; fails as soon as they do not hold. */
  public static void throughout(Duration duration, Duration interval, Runnable assertions) {
    var until = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < until) {
      assertions.run();
      LockSupport.parkNanos(interval.toNanos());
    }
  }
}
