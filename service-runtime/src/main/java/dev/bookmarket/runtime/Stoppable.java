package dev.bookmarket.runtime;

/** Something that runs until it is stopped. */
public interface Stoppable extends AutoCloseable {
  /**
   * Stops in order: says that it is going, goes on answering for the drain time, takes nothing new,
   * finishes what it has begun, within a bound. Returns when it has stopped; a second call does
   * nothing.
   */
  @Override
  void close();
}
