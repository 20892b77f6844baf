package dev.bookmarket.systemtests;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must come true within a bound. */
public final class Patience {
  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);

  private Patience() {}

  /** Looks again and again until the assertions hold; fails as they do when the time is up. */
  public static void within(Duration bound, Runnable assertions) {
    var until = System.nanoTime() + bound.toNanos();
    while (true) {
      // A look that began in time counts, however long it takes.
      var last = System.nanoTime() >= until;
      try {
        assertions.run();
        return;
      } catch (AssertionError failure) {
        if (last) {
          throw new AssertionError(
              "not within " + bound.toMillis() + " ms: " + failure.getMessage(), failure);
        }
      }
      LockSupport.parkNanos(BETWEEN_LOOKS);
    }
  }

  /** Makes sure, again and again for that long, that the assertions hold. */
  public static void throughout(Duration time, Duration betweenLooks, Runnable assertions) {
    var until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      assertions.run();
      LockSupport.parkNanos(betweenLooks.toNanos());
    }
  }
}
