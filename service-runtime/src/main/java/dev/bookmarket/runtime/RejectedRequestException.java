package dev.bookmarket.runtime;

/**
 * A request that cannot be granted, for a reason that lies with the request. Its message is for the
 * caller. Everything else that is thrown is a fault of ours, and its message is for our log.
 */
public final class RejectedRequestException extends RuntimeException {
  /** Why a request is refused. */
  public enum Reason {
    /** The request makes no sense, whatever the state of the shop. */
    INVALID,
    /** What the request names does not exist. */
    NOT_FOUND,
    /** The request would make something that is there already, and is different. */
    ALREADY_EXISTS
  }

  private final Reason reason;
  private final String message;

  private RejectedRequestException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.message = message;
  }

  /** A request that makes no sense; the message says what would. */
  public static RejectedRequestException invalid(String message) {
    return new RejectedRequestException(Reason.INVALID, message);
  }

  /** A request for something that does not exist; the message says what. */
  public static RejectedRequestException notFound(String message) {
    return new RejectedRequestException(Reason.NOT_FOUND, message);
  }

  /** A request that comes too late to be granted; the message says what is there already. */
  public static RejectedRequestException alreadyExists(String message) {
    return new RejectedRequestException(Reason.ALREADY_EXISTS, message);
  }

  /** What to tell the caller; never null. */
  @Override
  public String getMessage() {
    return message;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
