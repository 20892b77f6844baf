package dev.bookmarket.marketplace.orders;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** Ids that nobody can guess: 128 random bits in 22 letters, digits, hyphens and underscores. */
public final class RandomId {
  /** What all of them look like. */
  public static final String SHAPE = "[A-Za-z0-9_-]{22}";

  private static final Pattern ID = Pattern.compile(SHAPE);
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  /** A new one. */
  public static String next() {
    var bits = new byte[16];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Whether the text looks like one. */
  public static boolean isOne(String text) {
    return ID.matcher(text).matches();
  }
}
