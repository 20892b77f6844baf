package dev.bookmarket.runtime;

/**
 * A request that cannot be granted, for a reason that lies with the request. Its message is for the
 * caller. Everything else that is thrown is a fault of ours, and its message is for our log.
 */
public final class Refusal extends RuntimeException {
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

  private Refusal(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.message = message;
  }

  /** A request that makes no sense; the message says what would. */
  public static Refusal invalid(String message) {
    return new Refusal(Reason.INVALID, message);
  }

  /** A request for something that does not exist; the message says what. */
  public static Refusal notFound(String message) {
    return new Refusal(Reason.NOT_FOUND, message);
  }

  /** A request that comes too late to be granted; the message says what is there already. */
  public static Refusal alreadyExists(String message) {
    return new Refusal(Reason.ALREADY_EXISTS, message);
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
