package dev.bookmarket.marketplace.orders;

/**
 * Thrown if an order was sent and got no conclusive response: it may be stored already, or may be
 * stored later. Only a retry with the same key is safe.
 */
public final class UnknownOutcomeException extends RuntimeException {
  UnknownOutcomeException(Throwable cause) {
    super("an order was sent and got no response", cause);
  }
}
