package dev.bookmarket.marketplace.server;

import io.javalin.http.Context;
import java.util.Locale;

/**
 * Reports whether this process can serve requests. An outage of a service does not change it. Safe
 * for concurrent use.
 */
public final class Readiness {
  private enum State {
    STARTING,
    READY,
    STOPPING
  }

  private State state = State.STARTING;

  /** Changes the state to ready, unless the process is stopping. */
  synchronized void ready() {
    if (state == State.STARTING) {
      state = State.READY;
    }
  }

  /** Changes the state to stopping, permanently. */
  synchronized void stopping() {
    state = State.STOPPING;
  }

  synchronized boolean isStopping() {
    return state == State.STOPPING;
  }

  /** Responds with 200 if the process is ready, with 503 otherwise. */
  public synchronized void handle(Context ctx) {
    ctx.status(state == State.READY ? 200 : 503).header("Cache-Control", "no-store");
    ctx.result(state.name().toLowerCase(Locale.ROOT) + "\n");
  }
}
