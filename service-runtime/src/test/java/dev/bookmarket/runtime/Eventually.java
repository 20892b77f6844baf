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

  /** The same for what takes no time worth measuring. */
  public static void soon(String what, BooleanSupplier condition) {
    within(Duration.ofSeconds(20), what, condition);
  }
}
