package dev.bookmarket.orders;

import dev.bookmarket.runtime.PageToken;
import dev.bookmarket.runtime.RejectedRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A position in a buyer's list of orders, newest first. The orders after it are older, or equally
 * old with a lower id.
 */
record OrderCursor(long placedAtMillis, String id) {
  /** The position before the newest order. */
  static final OrderCursor FIRST = new OrderCursor(Long.MAX_VALUE, "");

  /** Returns the position of the order. */
  static OrderCursor of(Order order) {
    return new OrderCursor(order.placedAt().toEpochMilli(), order.id());
  }

  /**
   * Returns the position that a token contains.
   *
   * @throws RejectedRequestException INVALID if it is not a token of this buyer's list
   */
  static OrderCursor fromToken(String token, String buyerId) {
    return PageToken.decode(token, OrderCursor::read, position -> position.toToken(buyerId))
        // Clients can forge tokens, and PostgreSQL cannot store every text.
        .filter(position -> OrderId.isValid(position.id))
        .orElseThrow(
            () ->
                RejectedRequestException.invalid(
                    "page_token is not one of this buyer's lists; leave it empty for the first"
                        + " page"));
  }

  /** Returns the page token of this position in the list of that buyer. */
  String toToken(String buyerId) {
    var idBytes = id.getBytes(StandardCharsets.UTF_8);
    return PageToken.of(
        ByteBuffer.allocate(PageToken.DIGEST_BYTES + Long.BYTES + idBytes.length)
            .put(PageToken.digest(buyerId, placedAtMillis + "\n" + id))
            .putLong(placedAtMillis)
            .put(idBytes));
  }

  private static OrderCursor read(ByteBuffer bytes) {
    var placedAtMillis = bytes.position(PageToken.DIGEST_BYTES).getLong();
    return new OrderCursor(placedAtMillis, StandardCharsets.UTF_8.decode(bytes).toString());
  }
}
