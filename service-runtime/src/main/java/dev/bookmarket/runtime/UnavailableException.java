package dev.bookmarket.runtime;

/**
 * Thrown if the process cannot reach something that it needs, such as its database; the same
 * request may succeed later. The message is for the caller and for the log, so it must contain
 * neither secrets nor personal data.
 */
public final class UnavailableException extends RuntimeException {
  /** Creates an exception; the message states the cause. */
  public UnavailableException(String message) {
    super(message);
  }
}
