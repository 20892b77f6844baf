package dev.bookmarket.runtime;

/**
 * Something that the process needs is out of reach at the moment, such as its database; the same
 * request may succeed later. Its message is for the caller and for the log: it says what is wrong,
 * and holds neither a secret nor anything of a visitor's.
 */
public final class UnavailableException extends RuntimeException {
  private final String message;

  /** With what is wrong, for the person who can mend it. */
  public UnavailableException(String message) {
    super(message);
    this.message = message;
  }

  /** What is wrong; never null. */
  @Override
  public String getMessage() {
    return message;
  }
}
