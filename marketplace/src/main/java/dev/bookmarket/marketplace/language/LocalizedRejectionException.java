package dev.bookmarket.marketplace.language;

import dev.bookmarket.runtime.RejectedRequestException.Reason;

/** Thrown if a visitor's request is invalid or names something that does not exist. */
public final class LocalizedRejectionException extends RuntimeException {
  private final Reason reason;
  private final Message message;

  private LocalizedRejectionException(Reason reason, Message message) {
    super(Messages.in(Language.ENGLISH).of(message));
    this.reason = reason;
    this.message = message;
  }

  /** Returns an exception for an invalid request; the message describes a valid one. */
  public static LocalizedRejectionException invalid(String key, Object... arguments) {
    return new LocalizedRejectionException(Reason.INVALID, Message.of(key, arguments));
  }

  /** Returns an exception for a request that names something that does not exist. */
  public static LocalizedRejectionException notFound(String key, Object... arguments) {
    return new LocalizedRejectionException(Reason.NOT_FOUND, Message.of(key, arguments));
  }

  /** Returns the reason. */
  public Reason reason() {
    return reason;
  }

  /** Returns the message for the visitor. */
  public Message message() {
    return message;
  }
}
