package dev.bookmarket.runtime.server;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.runtime.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed number of threads, with a queue that an {@link AdaptiveLimit} keeps short. Waiting tasks
 * start in the order of their priority, then of their arrival. Safe for concurrent use.
 */
final class HandlerThreads {
  /**
   * As many as the database of orders has connections, because handlers wait for a thread by
   * priority, but for a connection in the order of their arrival; one for each processor if that is
   * more.
   */
  private static final int THREADS = Math.max(8, Runtime.getRuntime().availableProcessors());

  /** Bounds the memory of waiting calls. */
  private static final int MAX_TASKS = 256;

  /** Less than half of the shortest deadline of our calls, which is 250 ms. */
  private static final Duration TARGET_LATENCY = Duration.ofMillis(100);

  private static final int MAX_HEALTH_CHECKS = 100;

  private static final Comparator<Runnable> ORDER =
      Comparator.comparing((Runnable task) -> ((Task) task).priority)
          .thenComparing(task -> ((Task) task).number);

  private final AdaptiveLimit limit;
  private final ThreadPoolExecutor threads;
  private final AtomicLong numbers = new AtomicLong();

  /** Creates threads that are named {@code name-0}, {@code name-1} and so on. */
  HandlerThreads(String name, int count, AdaptiveLimit limit) {
    this.limit = limit;
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            10,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(16, ORDER),
            new ThreadFactoryBuilder().setNameFormat(name + "-%d").setDaemon(true).build());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Returns the threads for the handlers of a server. */
  static HandlerThreads forCalls() {
    return new HandlerThreads(
        "handler", THREADS, new AdaptiveLimit(THREADS, MAX_TASKS, TARGET_LATENCY));
  }

  /** Returns the thread for the health checks of a server. */
  static HandlerThreads forHealthChecks() {
    return new HandlerThreads(
        "health-check", 1, new AdaptiveLimit(MAX_HEALTH_CHECKS, MAX_HEALTH_CHECKS, TARGET_LATENCY));
  }

  /** Runs the task if the limit allows it; returns whether it does. Does not wait. */
  boolean tryExecute(Priority priority, Runnable task) {
    if (!limit.tryAcquire(priority)) {
      return false;
    }
    var admittedAt = System.nanoTime();
    try {
      execute(
          priority,
          () -> {
            try {
              task.run();
            } finally {
              limit.release(admittedAt);
            }
          });
    } catch (OutOfMemoryError noThreadCanBeCreated) {
      limit.release(admittedAt);
      throw noThreadCanBeCreated;
    }
    return true;
  }

  /** Runs the task without regard to the limit: the continuation of one that was admitted. */
  void execute(Priority priority, Runnable task) {
    threads.execute(new Task(priority, numbers.incrementAndGet(), task));
  }

  /** Returns how many tasks run. */
  int running() {
    return threads.getActiveCount();
  }

  /** Returns how many tasks wait for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Returns how many admitted tasks may wait or run now. */
  int limit() {
    return limit.limit();
  }

  private record Task(Priority priority, long number, Runnable work) implements Runnable {
    @Override
    public void run() {
      work.run();
    }
  }
}
