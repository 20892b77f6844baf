package dev.bookmarket.runtime;

/**
 * Checks something that a server needs for every request, such as a database. A server is ready
 * only while the check passes; otherwise it stays alive.
 */
public interface HealthCheck extends AutoCloseable {
  /** A health check that always passes. */
  HealthCheck NONE = () -> {};

  /**
   * Returns if the check passes; the first call also prepares what it checks, for example creates a
   * schema. Called once a second by one thread at a time; fails if it takes more than two seconds.
   *
   * @throws UnavailableException if the check fails but may pass later
   * @throws StartupException if the check can never pass with this configuration
   */
  void check();

  /** Releases the resource, if there is one; called once, after the server has stopped. */
  @Override
  default void close() {}
}
