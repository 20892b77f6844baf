package dev.bookmarket.marketplace.backend;

/**
 * A backend that gave no answer in time: dead, hung or unreachable. Trying again later may help.
 */
public final class BackendUnavailable extends RuntimeException {
  /**
   * For the service of that name.
   *
   * @param service the full name of the gRPC service
   */
  BackendUnavailable(String service, Throwable cause) {
    super(service + " is unavailable", cause);
  }
}
