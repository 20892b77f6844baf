package dev.bookmarket.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process brings about. */
public final class Eventually {
  private Eventually() {}

  /** Waits until the condition holds; fails where it does not within the bound. */
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
   * Waits until the condition holds; fails where it does not within 25 seconds: long enough for a
   * busy machine, and less than the 30 seconds for which the JDK and gRPC keep a DNS answer.
   */
  public static void soon(String what, BooleanSupplier condition) {
    within(Duration.ofSeconds(25), what, condition);
  }
}
