package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Coded;
import java.util.Optional;

/** The colour scheme of the pages. */
public enum ColorScheme implements Coded {
  /** The scheme that is set on the device. */
  AUTO,
  /** Dark text on a light background. */
  LIGHT,
  /** Light text on a dark background. */
  DARK;

  static Optional<ColorScheme> ofCode(String code) {
    return Coded.find(values(), code);
  }
}
