package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether this process can serve. It speaks of this process alone: no backend's outage takes it back.
 * Safe for concurrent use.
 */
public final class Readiness {
  private enum State {
    STARTING,
    READY,
    STOPPING
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

  /** From now on ready, unless it is stopping already. */
  void ready() {
    state.compareAndSet(State.STARTING, State.READY);
  }

  /** From now on not ready any more, for good. */
  void stopping() {
    state.set(State.STOPPING);
  }

  boolean isStopping() {
    return state.get() == State.STOPPING;
  }

  /** Answers 200 if ready, else 503. */
  public void answer(Context request) {
    var now = state.get();
    request.status(now == State.READY ? 200 : 503).header("Cache-Control", "no-store");
    request.result(now.name().toLowerCase(Locale.ROOT) + "\n");
  }
}
