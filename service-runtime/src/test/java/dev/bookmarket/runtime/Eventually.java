package dev.bookmarket.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for a condition that another thread or process causes. */
public final class Eventually {
  private Eventually() {}

  /** Waits until the condition is true; fails after the timeout. */
  public static void within(Duration bound, String what, BooleanSupplier condition) {
    var until = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within " + bound + ": " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Waits until the condition is true; fails after 25 seconds. That is enough for a busy machine,
   * and less than the 30 seconds for which the JDK and gRPC cache DNS answers.
   */
  public static void soon(String what, BooleanSupplier condition) {
    within(Duration.ofSeconds(25), what, condition);
  }
}
