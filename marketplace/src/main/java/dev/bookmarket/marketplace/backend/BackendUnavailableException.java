package dev.bookmarket.marketplace.backend;

import dev.bookmarket.marketplace.language.Message;
import java.util.Optional;

/**
 * A backend that gave no answer in time: dead, hung or unreachable. Trying again later may help.
 */
public final class BackendUnavailableException extends RuntimeException {
  private final String service;
  private final Optional<Message> meaning;

  /**
   * For the service of that name.
   *
   * @param service the name of the gRPC service, without its package
   */
  BackendUnavailableException(String service, Throwable cause) {
    this(service, Optional.empty(), cause);
  }

  private BackendUnavailableException(String service, Optional<Message> meaning, Throwable cause) {
    super(service + " is unavailable", cause);
    this.service = service;
    this.meaning = meaning;
  }

  /**
   * The same where a visitor should know what it means for what they have just done.
   *
   * @param key of the message that says so
   */
  public BackendUnavailableException meaning(String key) {
    return new BackendUnavailableException(service, Optional.of(Message.of(key)), this);
  }

  /** The name of the gRPC service, without its package. */
  public String service() {
    return service;
  }

  /** What it means for what the visitor has just done, if there is something to say. */
  public Optional<Message> meaning() {
    return meaning;
  }
}
