package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.util.Locale;

/**
 * Whether this process can serve. It speaks of this process alone: no backend's outage takes it
 * back. Safe for concurrent use.
 */
public final class Readiness {
  private enum State {
    STARTING,
    READY,
    STOPPING
  }

  private State state = State.STARTING;

  /** From now on ready, unless it is stopping already. */
  synchronized void ready() {
    if (state == State.STARTING) {
      state = State.READY;
    }
  }

  /** From now on not ready any more, for good. */
  synchronized void stopping() {
    state = State.STOPPING;
  }

  synchronized boolean isStopping() {
    return state == State.STOPPING;
  }

  /** Answers 200 if ready, else 503. */
  public void answer(Context ctx) {
    var now = now();
    ctx.status(now == State.READY ? 200 : 503).header("Cache-Control", "no-store");
    ctx.result(now.name().toLowerCase(Locale.ROOT) + "\n");
  }

  private synchronized State now() {
    return state;
  }
}
