package dev.bookmarket.orders;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Makes the orders' own numbers. Safe for concurrent use. */
final class OrderId {
  /** Without the letters that look like digits, for those who read one out on the phone. */
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  /** A hundred random bits. */
  private static final int LENGTH = 20;

  private static final SecureRandom random = new SecureRandom();

  private OrderId() {}

  /** A new one: unguessable, and the same as another only by a miracle. */
  static String next() {
    return random
        .ints(LENGTH, 0, ALPHABET.length())
        .mapToObj(i -> String.valueOf(ALPHABET.charAt(i)))
        .collect(Collectors.joining());
  }

  /** Whether this may be one; anything else need not be looked for. */
  static boolean isValid(String text) {
    return text.length() == LENGTH && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }
}
