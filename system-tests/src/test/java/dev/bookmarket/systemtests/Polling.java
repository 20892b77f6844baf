package dev.bookmarket.systemtests;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

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

  /** Like {@link #whileUnavailable(Supplier, Predicate)}, whatever the reason. */
  public static <T> T whileUnavailable(Supplier<T> call) {
    return whileUnavailable(call, reason -> true);
  }

  /**
   * Repeats a call while its status is UNAVAILABLE, at most ten times, and returns the response: on
   * a busy machine, a service may exceed the timeouts of its database. The call must be one that
   * clients may repeat, such as an order with a key.
   *
   * @param isTransient whether to repeat the call after a failure with this description
   */
  public static <T> T whileUnavailable(Supplier<T> call, Predicate<String> isTransient) {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (StatusRuntimeException failure) {
        var status = failure.getStatus();
        if (status.getCode() != Status.Code.UNAVAILABLE
            || !isTransient.test(String.valueOf(status.getDescription()))
            || attempt == 10) {
          throw failure;
        }
      }
      LockSupport.parkNanos(attempt * INTERVAL_NANOS);
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
