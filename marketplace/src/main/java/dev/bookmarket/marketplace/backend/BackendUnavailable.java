package dev.bookmarket.marketplace.backend;

/**
 * A backend that gave no answer in time: dead, hung or unreachable. Trying again later may help.
 */
public final class BackendUnavailable extends RuntimeException {
  private final String service;
  private final String meaning;

  /**
   * For the service of that name.
   *
   * @param service the name of the gRPC service, without its package
   */
  BackendUnavailable(String service, Throwable cause) {
    this(service, "", cause);
  }

  private BackendUnavailable(String service, String meaning, Throwable cause) {
    super(service + " is unavailable", cause);
    this.service = service;
    this.meaning = meaning;
  }

  /** The same where a visitor should know what it means for what they have just done. */
  public BackendUnavailable meaning(String words) {
    return new BackendUnavailable(service, words, this);
  }

  /** The name of the gRPC service, without its package. */
  public String service() {
    return service;
  }

  /** What it means for what the visitor has just done; empty if there is nothing to say. */
  public String meaning() {
    return meaning;
  }
}
