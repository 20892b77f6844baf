package dev.bookmarket.marketplace.orders;

/**
 * An attempt to place an order that got no conclusive answer: the order may be stored, or may be
 * stored yet. Only asking again with the same key is safe.
 */
public final class UnknownOutcomeException extends RuntimeException {
  UnknownOutcomeException(Throwable cause) {
    super("an order was sent, and not answered", cause);
  }
}
