package dev.bookmarket.marketplace.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The colour scheme of the pages. */
public enum ColorScheme {
  /** The scheme that is set on the device. */
  AUTO,
  /** Dark text on a light background. */
  LIGHT,
  /** Light text on a dark background. */
  DARK;

  /** Returns the name in forms, cookies and the style sheet. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ColorScheme> ofCode(String code) {
    return Arrays.stream(values()).filter(scheme -> scheme.code().equals(code)).findFirst();
  }
}
