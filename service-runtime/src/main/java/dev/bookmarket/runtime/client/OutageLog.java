package dev.bookmarket.runtime.client;

import io.grpc.ConnectivityState;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line when a service becomes unavailable and one when it is available again. It is
 * unavailable after no replica has been ready for {@link #LIMIT}: replacing a connection or one of
 * several replicas is not an outage. After the start of the process the limit is {@link
 * #START_LIMIT}, so that processes that start together log nothing. Not thread-safe.
 */
final class OutageLog {
  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final String backend;
  private final Duration laterLimit;
  private Duration limit;
  private long lastReady = System.nanoTime();
  private boolean lost;

  /** Creates a log for the service at that host and port. */
  OutageLog(String backend) {
    this(backend, START_LIMIT, LIMIT);
  }

  OutageLog(String backend, Duration startLimit, Duration laterLimit) {
    this.backend = backend;
    this.limit = startLimit;
    this.laterLimit = laterLimit;
  }

  /**
   * Logs a change that the state of the channel shows. Must be called at short intervals.
   *
   * @param reason returns why no replica is ready; empty if one has become ready in the meantime
   */
  void update(ConnectivityState state, Supplier<String> reason) {
    if (state == ConnectivityState.READY) {
      limit = laterLimit;
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
