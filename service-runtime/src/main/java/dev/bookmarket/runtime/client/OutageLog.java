package dev.bookmarket.runtime.client;

import io.grpc.ConnectivityState;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line when a backend is lost and one when it is back. A backend is lost when no replica
 * of it has been ready for {@link #LOST_AFTER}. Replacing a connection or one of several replicas
 * is not an outage. After the start of the process the limit is {@link #EXPECTED_WITHIN}, so that
 * processes that start together log nothing. For one thread.
 */
final class OutageLog {
  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

  private static final Duration LOST_AFTER = Duration.ofSeconds(2);
  private static final Duration EXPECTED_WITHIN = Duration.ofSeconds(10);

  private final String backend;
  private final Duration lostAfter;
  private Duration limit;
  private long lastReady = System.nanoTime();
  private boolean lost;

  /** The log of the backend with that name. */
  OutageLog(String backend) {
    this(backend, EXPECTED_WITHIN, LOST_AFTER);
  }

  OutageLog(String backend, Duration expectedWithin, Duration lostAfter) {
    this.backend = backend;
    this.limit = expectedWithin;
    this.lostAfter = lostAfter;
  }

  /**
   * Logs a change that the state of the channel shows; called at short intervals.
   *
   * @param reason says why no replica is ready; empty if one is by now
   */
  void look(ConnectivityState state, Supplier<String> reason) {
    if (state == ConnectivityState.READY) {
      limit = lostAfter;
      lastReady = System.nanoTime();
      if (lost) {
        lost = false;
        log.atInfo().addKeyValue("backend", backend).log("Backend is back");
      }
    } else if (!lost && System.nanoTime() - lastReady >= limit.toNanos()) {
      var why = reason.get();
      if (!why.isEmpty()) {
        lost = true;
        log.atWarn().addKeyValue("backend", backend).addKeyValue("reason", why).log("Backend lost");
      }
    }
  }
}
