package dev.bookmarket.orders;

import dev.bookmarket.orders.OrderStore.Position;
import dev.bookmarket.runtime.RejectedRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;

/**
 * Where to go on in a buyer's list, as an opaque text: the last order of the page before, and a
 * digest that ties it to the buyer. There is no secret in it, so every replica reads every other's
 * tokens; the digest is there to tell a mistaken token from a good one, and who computes one gets
 * no more than a page of the list.
 */
final class PageToken {
  private static final int DIGEST_BYTES = 8;
  private static final int SHORTEST = DIGEST_BYTES + Long.BYTES;

  private PageToken() {}

  /** The token of what comes after that position in that buyer's list. */
  static String of(String buyerId, Position position) {
    var id = position.id().getBytes(StandardCharsets.UTF_8);
    var millis = position.placedAt().toEpochMilli();
    var bytes =
        ByteBuffer.allocate(SHORTEST + id.length)
            .put(digest(buyerId + '\n' + millis + '\n' + position.id()), 0, DIGEST_BYTES)
            .putLong(millis)
            .put(id)
            .array();
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /**
   * The position that the token stands for.
   *
   * @throws RejectedRequestException INVALID if it is not a token of that buyer's list
   */
  static Position positionOf(String token, String buyerId) {
    var position = claimedPosition(token);
    if (!of(buyerId, position).equals(token)) {
      throw notOfThisList();
    }
    return position;
  }

  private static Position claimedPosition(String token) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      if (bytes.remaining() > SHORTEST) {
        var millis = bytes.position(DIGEST_BYTES).getLong();
        var id = StandardCharsets.UTF_8.decode(bytes).toString();
        // Anybody can compute a digest, and not every database takes every text.
        if (OrderId.isOne(id)) {
          return new Position(Instant.ofEpochMilli(millis), id);
        }
      }
    } catch (IllegalArgumentException e) {
      // told below, like a token that is too short or of no order
    }
    throw notOfThisList();
  }

  private static RejectedRequestException notOfThisList() {
    return RejectedRequestException.invalid(
        "page_token is not one of this buyer's lists; leave it empty for the first page");
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
