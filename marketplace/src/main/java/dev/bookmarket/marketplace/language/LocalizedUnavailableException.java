package dev.bookmarket.marketplace.language;

/** Thrown if a service that a page needs is unavailable; contains messages for the visitor. */
public final class LocalizedUnavailableException extends RuntimeException {
  private final Message heading;
  private final Message text;

  /**
   * Creates an exception with the messages that have these keys.
   *
   * @param heading what is unavailable
   * @param text what the visitor can do about it
   */
  public LocalizedUnavailableException(String heading, String text, Throwable cause) {
    this(Message.of(heading), Message.of(text), cause);
  }

  private LocalizedUnavailableException(Message heading, Message text, Throwable cause) {
    super(Messages.in(Language.ENGLISH).of(heading), cause);
    this.heading = heading;
    this.text = text;
  }

  /** Returns a copy with the message that has this key as its text. */
  public LocalizedUnavailableException withText(String key) {
    return new LocalizedUnavailableException(heading, Message.of(key), this);
  }

  /** Returns what is unavailable. */
  public Message heading() {
    return heading;
  }

  /** Returns what the visitor can do about it. */
  public Message text() {
    return text;
  }
}
