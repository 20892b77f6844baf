package dev.bookmarket.runtime;

/**
 * Thrown if a request is rejected because of its content; the message is for the caller. All other
 * exceptions except {@link UnavailableException} are bugs, and their messages are only for the log.
 */
public final class RejectedRequestException extends RuntimeException {
  /** Why a request is rejected. */
  public enum Reason {
    /** The request is invalid, regardless of the stored data. */
    INVALID,
    /** The requested item does not exist. */
    NOT_FOUND,
    /** A different item with the same key already exists. */
    ALREADY_EXISTS
  }

  private final Reason reason;

  private RejectedRequestException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns an exception for an invalid request; the message states what is valid. */
  public static RejectedRequestException invalid(String message) {
    return new RejectedRequestException(Reason.INVALID, message);
  }

  /** Returns an exception for a missing item; the message states which. */
  public static RejectedRequestException notFound(String message) {
    return new RejectedRequestException(Reason.NOT_FOUND, message);
  }

  /** Returns an exception for an item that already exists; the message states which. */
  public static RejectedRequestException alreadyExists(String message) {
    return new RejectedRequestException(Reason.ALREADY_EXISTS, message);
  }

  /** Returns why the request is rejected. */
  public Reason reason() {
    return reason;
  }
}
