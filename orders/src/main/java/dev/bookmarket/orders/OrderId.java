package dev.bookmarket.orders;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Generates and validates the ids of orders. Safe for concurrent use. */
final class OrderId {
  /** Omits letters that look like digits, so that people can read an id out on the phone. */
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  /** 20 characters of 5 bits are 100 random bits. */
  private static final int LENGTH = 20;

  private static final SecureRandom random = new SecureRandom();

  private OrderId() {}

  /** Returns a new random id: unique and unguessable, 100 bits from SecureRandom. */
  static String next() {
    return random
        .ints(LENGTH, 0, ALPHABET.length())
        .mapToObj(i -> String.valueOf(ALPHABET.charAt(i)))
        .collect(Collectors.joining());
  }

  /** Returns whether the text has the form of an id. */
  static boolean isValid(String text) {
    return text.length() == LENGTH && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }
}
