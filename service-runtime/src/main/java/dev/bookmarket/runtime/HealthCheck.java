package dev.bookmarket.runtime;

/**
 * Something without which a server can answer nothing, such as a database. The server is ready only
 * while it is there, and goes on living without it.
 */
public interface HealthCheck extends AutoCloseable {
  /** What a server has that needs nothing but itself. */
  HealthCheck NONE =
      new HealthCheck() {
        @Override
        public void check() {}

        @Override
        public void close() {}
      };

  /**
   * Returns if it is there; does first what is needed to use it. Called by one thread at a time,
   * about once a second; a call that takes longer than a second or two counts as a failed one.
   *
   * @throws UnavailableException with the reason if it is not there, and may be later
   * @throws StartupException if it can never be there with this configuration
   */
  void check();

  /** Lets go of it; called once, when the server has stopped. */
  @Override
  void close();
}
