package dev.bookmarket.runtime;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes SHA-256 digests. */
public final class Sha256 {
  private Sha256() {}

  /** Returns the digest, 32 bytes. */
  public static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform does not support SHA-256", e);
    }
  }

  /** Returns the digest of the text in UTF-8, 32 bytes. */
  public static byte[] digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the first 40 bits of a digest as ten hexadecimal digits, for use in a URL. */
  public static String shortHex(byte[] digest) {
    return HexFormat.of().formatHex(digest, 0, 5);
  }
}
