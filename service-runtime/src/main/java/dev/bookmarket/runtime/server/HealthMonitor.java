package dev.bookmarket.runtime.server;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link HealthCheck} once a second and reports each change of its result. {@link #start}
 * and {@link #close} may be called by different threads.
 */
final class HealthMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** The first check may create a database schema, on a cold JVM. */
  private static final Duration FIRST_TIMEOUT = Duration.ofSeconds(10);

  private static final String NOT_CHECKED = "not checked yet";

  private final HealthCheck healthCheck;
  private final Runnable warmUp;
  private final Consumer<ServingStatus> report;

  /** Two threads: one runs the check, the other waits for it. */
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2, new ThreadFactoryBuilder().setDaemon(true).setNameFormat("health-%d").build());

  // Only one thread at a time uses the fields below: first the caller of start, then the scheduler.
  private @Nullable CompletableFuture<Void> running;
  private boolean warm;

  /** Empty if the server is ready. */
  private String problem = NOT_CHECKED;

  /**
   * Creates a monitor.
   *
   * @param warmUp runs once, after the first check that succeeds
   * @param report receives at every change whether the server is ready: SERVING or NOT_SERVING
   */
  HealthMonitor(HealthCheck healthCheck, Runnable warmUp, Consumer<ServingStatus> report) {
    this.healthCheck = healthCheck;
    this.warmUp = warmUp;
    this.report = report;
  }

  /**
   * Checks once, reports the result, and continues in the background.
   *
   * @throws StartupException if the check can never succeed
   */
  void start() {
    var isAlwaysHealthy = healthCheck == HealthCheck.NONE;
    var failure = check(FIRST_TIMEOUT);
    if (failure != null && (isAlwaysHealthy || isPermanent(failure))) {
      Throwables.throwIfUnchecked(failure);
    }
    update(failure);
    if (!isAlwaysHealthy) {
      var unused =
          threads.scheduleWithFixedDelay(() -> update(check(TIMEOUT)), 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Stops checking, and closes the health check. */
  @Override
  public void close() {
    threads.shutdownNow();
    healthCheck.close();
  }

  private void update(@Nullable Throwable failure) {
    var before = problem;
    var now = failure == null ? "" : kindOf(failure);
    // After close, the check fails because close interrupts it: do not report that.
    if (now.equals(before) || threads.isShutdown()) {
      return;
    }
    problem = now;
    report.accept(failure == null ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    if (failure != null) {
      log.atWarn().addKeyValue("reason", reasonOf(failure)).log("Not ready");
    } else if (!before.equals(NOT_CHECKED)) {
      log.atInfo().log("Ready");
    }
  }

  /**
   * Returns why the server is not ready; null if it is. A check that takes longer than the timeout
   * continues, and the next call waits for it.
   */
  private @Nullable Throwable check(Duration timeout) {
    try {
      if (running == null) {
        running = CompletableFuture.runAsync(healthCheck::check, threads);
      }
      running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      running = null;
      if (!warm) {
        warmUp.run();
        warm = true;
      }
      return null;
    } catch (TimeoutException e) {
      return new UnavailableException("no response within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new UnavailableException("stopping");
    } catch (ExecutionException e) {
      running = null;
      return e.getCause();
    } catch (RuntimeException | Error failure) {
      return failure;
    }
  }

  /** Returns whether the check will fail until the configuration or the code is fixed. */
  private static boolean isPermanent(Throwable failure) {
    return !(failure instanceof UnavailableException)
        && Status.fromThrowable(failure).getCode() != Status.Code.UNAVAILABLE;
  }

  private static boolean isBug(Throwable failure) {
    return isPermanent(failure) && !(failure instanceof StartupException);
  }

  /** Returns the same text for the same failure; the message of a status can contain an id. */
  private static String kindOf(Throwable failure) {
    return failure instanceof StatusRuntimeException status && isBug(failure)
        ? status.getStatus().getCode().name()
        : failure.toString();
  }

  private static String reasonOf(Throwable failure) {
    return isBug(failure)
        ? "error_id " + ErrorLog.log(log, "readiness", failure)
        : String.valueOf(failure.getMessage());
  }
}
