package dev.bookmarket.marketplace.orders;

import java.security.SecureRandom;
import java.util.Base64;

/** Random ids of 128 bits from SecureRandom, in URL-safe Base64: 22 characters. */
public final class RandomId {
  /** A regular expression for the ids. */
  public static final String FORMAT = "[A-Za-z0-9_-]{22}";

  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  /** Returns a new id. */
  public static String next() {
    var bits = new byte[16];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Returns whether the text has the format of an id. */
  public static boolean isValid(String text) {
    return text.matches(FORMAT);
  }
}
