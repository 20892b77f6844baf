package dev.bookmarket.runtime;

/** A server or a group of servers that runs until it is stopped. */
public interface Stoppable extends AutoCloseable {
  /** Returns whether it accepts requests and has everything that each request needs. */
  boolean isReady();

  /**
   * Stops gracefully: reports that it stops, continues to respond for the drain time, then accepts
   * no new requests and waits for those in flight, up to a timeout. Returns when it has stopped; a
   * second call does nothing.
   */
  @Override
  void close();
}
