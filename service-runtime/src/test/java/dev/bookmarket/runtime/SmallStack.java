package dev.bookmarket.runtime;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Finds functions that recurse once per part of their input. */
public final class SmallStack {
  private static final int BYTES = 256 * 1024;

  private SmallStack() {}

  /** Fails if the function does not complete on a thread with a stack of 256 KiB. */
  public static void accept(Consumer<String> function, String input) {
    // Loads the classes, which needs more stack than the function itself.
    function.accept(input.substring(0, Math.min(input.length(), 20)));
    var failure = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            null,
            () -> {
              try {
                function.accept(input);
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "small stack",
            BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failure.get() != null) {
      throw new AssertionError("on a small stack: " + failure.get(), failure.get());
    }
  }
}
