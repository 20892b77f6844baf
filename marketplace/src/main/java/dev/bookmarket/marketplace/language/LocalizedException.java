package dev.bookmarket.marketplace.language;

/** Thrown if a request fails for a reason that the error page shows to the visitor. */
public final class LocalizedException extends RuntimeException {
  private final int status;
  private final Message title;
  private final Message text;

  private LocalizedException(int status, Message title, Message text) {
    super(text.key());
    this.status = status;
    this.title = title;
    this.text = text;
  }

  /** Returns an exception for an invalid request; the message describes a valid one. */
  public static LocalizedException invalid(String key, Object... arguments) {
    return new LocalizedException(400, Message.of("error.invalid"), Message.of(key, arguments));
  }

  /** Returns an exception for a request that names something that does not exist. */
  public static LocalizedException notFound(String key) {
    return new LocalizedException(404, Message.of(key), Message.of(key + ".text"));
  }

  /**
   * Returns an exception for a page that cannot be shown because a service is unavailable.
   *
   * @param title the key of the message with the name of what is unavailable
   * @param text the key of the message with what the visitor can do about it
   */
  public static LocalizedException unavailable(String title, String text) {
    return new LocalizedException(503, Message.of(title), Message.of(text));
  }

  /** Returns the HTTP status of the page. */
  public int status() {
    return status;
  }

  /** Returns what failed, in a few words. */
  public Message title() {
    return title;
  }

  /** Returns what the visitor can do about it. */
  public Message text() {
    return text;
  }
}
