package dev.bookmarket.marketplace.language;

import dev.bookmarket.runtime.RejectedRequestException;

/** A visitor's request that cannot be granted, for a reason that lies with the request. */
public final class LocalizedRejectionException extends RuntimeException {
  private final RejectedRequestException.Reason reason;
  private final Message message;

  private LocalizedRejectionException(RejectedRequestException.Reason reason, Message message) {
    super(Messages.in(Language.ENGLISH).of(message));
    this.reason = reason;
    this.message = message;
  }

  /** A request that makes no sense; the message says what would. */
  public static LocalizedRejectionException invalid(String key, Object... arguments) {
    return new LocalizedRejectionException(
        RejectedRequestException.Reason.INVALID, Message.of(key, arguments));
  }

  /** A request for something that does not exist; the message says what. */
  public static LocalizedRejectionException notFound(String key, Object... arguments) {
    return new LocalizedRejectionException(
        RejectedRequestException.Reason.NOT_FOUND, Message.of(key, arguments));
  }

  /** Why. */
  public RejectedRequestException.Reason reason() {
    return reason;
  }

  /** What to tell the visitor. */
  public Message message() {
    return message;
  }
}
