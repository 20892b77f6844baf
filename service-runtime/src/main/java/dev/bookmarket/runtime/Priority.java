package dev.bookmarket.runtime;

import io.grpc.Context;
import io.grpc.Metadata;

/**
 * The priority of a request, highest first. Under overload, a process rejects requests of a lower
 * priority while it still accepts those of a higher one. A call has the priority of the request for
 * which it is made: {@link #KEY} carries it within a process, {@link #HEADER} between processes.
 */
public enum Priority {
  /** A visitor places an order. */
  ORDER(1.0),
  /** The basket, and the form of an order. */
  BASKET(0.9),
  /** All other pages, and calls without a priority. */
  NORMAL(0.8),
  /** Programs that use JSON-RPC. */
  LOW(0.5);

  /** The priority of the current request; {@link #NORMAL} if none is set. */
  public static final Context.Key<Priority> KEY = Context.keyWithDefault("priority", NORMAL);

  /** The priority in the metadata of a call; absent means {@link #NORMAL}. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("bookmarket-priority", Metadata.ASCII_STRING_MARSHALLER);

  private final double share;

  Priority(double share) {
    this.share = share;
  }

  /**
   * Returns the share of a limit that requests of this and lower priorities may use together, from
   * 0 to 1.
   */
  public double share() {
    return share;
  }

  /** Returns the priority of a call; {@link #NORMAL} if it has none or an unknown one. */
  public static Priority of(Metadata headers) {
    var name = headers.get(HEADER);
    for (var priority : values()) {
      if (priority.name().equals(name)) {
        return priority;
      }
    }
    return NORMAL;
  }
}
