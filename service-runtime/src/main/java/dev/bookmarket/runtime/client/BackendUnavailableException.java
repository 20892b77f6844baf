package dev.bookmarket.runtime.client;

/**
 * Thrown if a service did not respond in time: it is stopped, hangs, rejects calls because of its
 * load, or cannot be reached. A later call may succeed.
 */
public final class BackendUnavailableException extends RuntimeException {
  private final String service;

  BackendUnavailableException(String service, Throwable cause) {
    super(service + " is unavailable", cause);
    this.service = service;
  }

  /** Returns the name of the service. */
  public String service() {
    return service;
  }
}
