package dev.bookmarket.marketplace.language;

import dev.bookmarket.runtime.Refusal;

/** A visitor's request that cannot be granted, for a reason that lies with the request. */
public final class RefusedRequest extends RuntimeException {
  private final Refusal.Reason reason;
  private final Message words;

  private RefusedRequest(Refusal.Reason reason, Message words) {
    super(Words.in(Language.ENGLISH).of(words));
    this.reason = reason;
    this.words = words;
  }

  /** A request that makes no sense; the message says what would. */
  public static RefusedRequest invalid(String key, Object... arguments) {
    return new RefusedRequest(Refusal.Reason.INVALID, Message.of(key, arguments));
  }

  /** A request for something that does not exist; the message says what. */
  public static RefusedRequest notFound(String key, Object... arguments) {
    return new RefusedRequest(Refusal.Reason.NOT_FOUND, Message.of(key, arguments));
  }

  /** Why. */
  public Refusal.Reason reason() {
    return reason;
  }

  /** What to tell the visitor. */
  public Message words() {
    return words;
  }
}
