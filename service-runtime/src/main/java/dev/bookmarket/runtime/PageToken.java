package dev.bookmarket.runtime;

import com.google.common.hash.Hashing;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * Encodes page tokens: a position in a list, and a digest that binds the position to that list. The
 * digest detects a token of another list; it is not a secret. Every replica accepts the tokens of
 * every other replica.
 */
public final class PageToken {
  /** The length of a {@link #digest}. */
  public static final int DIGEST_BYTES = 8;

  private PageToken() {}

  /**
   * Returns the digest of a position in a list.
   *
   * @param list identifies the list
   */
  public static byte[] digest(String list, Object position) {
    var sha256 = Hashing.sha256().hashString(list + '\n' + position, StandardCharsets.UTF_8);
    return Arrays.copyOf(sha256.asBytes(), DIGEST_BYTES);
  }

  /** Returns the token that contains all bytes of the buffer. */
  public static String of(ByteBuffer bytes) {
    return Base64.getUrlEncoder().encodeToString(bytes.array());
  }

  /**
   * Returns the position of a token; empty if the token is invalid, which is the case if {@code
   * encode} does not return the same token for its position.
   */
  public static <P> Optional<P> decode(
      String token, Function<ByteBuffer, P> decode, Function<P, String> encode) {
    try {
      var position = decode.apply(ByteBuffer.wrap(Base64.getUrlDecoder().decode(token)));
      return Optional.of(position).filter(decoded -> encode.apply(decoded).equals(token));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }
}
