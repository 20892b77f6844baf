package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server's health in step with its {@link HealthCheck}: looks about once a second, and
 * tells each change. Safe for use by several threads.
 */
final class HealthMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(1);
  private static final Duration BOUND = Duration.ofSeconds(2);

  /** The first check may have a schema to make, on a JVM that has run nothing yet. */
  private static final Duration FIRST_BOUND = Duration.ofSeconds(10);

  private final HealthCheck prerequisite;
  private final Runnable warmUp;
  private final Consumer<Boolean> tell;
  private final CountDownLatch told = new CountDownLatch(1);
  private final ExecutorService checker =
      Executors.newSingleThreadExecutor(check -> daemon("prerequisite", check));
  private final Thread watcher = daemon("readiness", this::watch);

  // What follows belongs to the thread that looks: the one that starts, then the watcher.
  private @Nullable CompletableFuture<Void> check;
  private boolean warm;
  private Optional<String> missing = Optional.of("not looked yet");

  /**
   * The readiness of a server.
   *
   * @param warmUp done once, as soon as the prerequisite is there
   * @param tell told at every change whether the server is ready
   */
  HealthMonitor(HealthCheck prerequisite, Runnable warmUp, Consumer<Boolean> tell) {
    this.prerequisite = prerequisite;
    this.warmUp = warmUp;
    this.tell = tell;
  }

  /**
   * Looks once and tells the outcome, then goes on looking in the background.
   *
   * @throws StartupException if the prerequisite says so
   */
  void start() {
    look(FIRST_BOUND, true);
    if (prerequisite != HealthCheck.NONE) {
      watcher.start();
    }
  }

  /** Looks no more, and lets go of the prerequisite. */
  @Override
  public void close() {
    told.countDown();
    checker.shutdownNow();
    prerequisite.close();
  }

  private boolean isClosing() {
    return told.getCount() == 0;
  }

  private void watch() {
    try {
      while (!told.await(BETWEEN_CHECKS.toMillis(), TimeUnit.MILLISECONDS)) {
        look(BOUND, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Duration bound, boolean starting) {
    var before = missing;
    try {
      check(bound);
      if (!warm) {
        warmUp.run();
        warm = true;
      }
      missing = Optional.empty();
    } catch (RuntimeException | Error failure) {
      if (starting && (prerequisite == HealthCheck.NONE || isFinal(failure))) {
        throw failure;
      }
      if (isClosing()) {
        return; // which has interrupted the check
      }
      missing = Optional.of(kindOf(failure));
      if (!missing.equals(before)) {
        tell.accept(false);
        log.atWarn().addKeyValue("reason", reasonOf(failure)).log("Not ready");
      }
      return;
    }
    if (before.isPresent()) {
      tell.accept(true);
      if (!starting) {
        log.atInfo().log("Ready");
      }
    }
  }

  /** A check that takes too long goes on, and is what the next look waits for. */
  private void check(Duration bound) {
    if (check == null) {
      check = CompletableFuture.runAsync(prerequisite::check, checker);
    }
    try {
      check.get(bound.toMillis(), TimeUnit.MILLISECONDS);
      check = null;
    } catch (TimeoutException e) {
      throw new UnavailableException("no answer within " + bound.toMillis() + " ms");
    } catch (ExecutionException e) {
      check = null;
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("stopping");
    }
  }

  /** Whether waiting will not mend it. */
  private static boolean isFinal(Throwable failure) {
    return !(failure instanceof UnavailableException)
        && Status.fromThrowable(failure).getCode() != Status.Code.UNAVAILABLE;
  }

  private static boolean isFault(Throwable failure) {
    return isFinal(failure) && !(failure instanceof StartupException);
  }

  /** The same for the same failure at every look; a status may tell a trace of its own. */
  private static String kindOf(Throwable failure) {
    return failure instanceof StatusRuntimeException status && isFault(failure)
        ? status.getStatus().getCode().name()
        : failure.toString();
  }

  /** Logs a fault: to be asked once for each. */
  private static String reasonOf(Throwable failure) {
    return isFault(failure)
        ? "trace " + ErrorLog.log(log, "readiness", failure)
        : String.valueOf(failure.getMessage());
  }

  private static Thread daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
