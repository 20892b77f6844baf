package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.RejectedRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Where to go on in a list, as an opaque text: a position, and a digest that ties it to its list.
 * There is no secret in it, so every replica reads every other's tokens; the digest is there to
 * tell a mistaken token from a good one, and who computes one gets no more than a page of the list.
 */
final class PageToken {
  private static final int DIGEST_BYTES = 8;
  private static final int BYTES = Integer.BYTES + DIGEST_BYTES;

  private PageToken() {}

  /** The token of that position in that list. */
  static String of(String listName, int offset) {
    var bytes =
        ByteBuffer.allocate(BYTES)
            .putInt(offset)
            .put(digest(listName + '\n' + offset), 0, DIGEST_BYTES)
            .array();
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /**
   * The position that the token stands for.
   *
   * @throws RejectedRequestException INVALID if it is not a token of that list
   */
  static int offsetOf(String token, String listName) {
    int offset = claimedOffset(token);
    if (!of(listName, offset).equals(token)) {
      throw notOfThisList();
    }
    return offset;
  }

  /** What to answer to a token that is none of this list's. */
  static RejectedRequestException notOfThisList() {
    return RejectedRequestException.invalid(
        "page_token is not one of this list's; leave it empty for the first page");
  }

  private static int claimedOffset(String token) {
    try {
      var bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length == BYTES) {
        return ByteBuffer.wrap(bytes).getInt();
      }
    } catch (IllegalArgumentException e) {
      // told below, like a token of another length
    }
    throw notOfThisList();
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
