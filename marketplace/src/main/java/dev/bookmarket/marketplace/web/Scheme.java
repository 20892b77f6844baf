package dev.bookmarket.marketplace.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which colours a visitor wants: those of the device's own choice, or always the same. */
public enum Scheme {
  /** As the device says. */
  AUTO,
  /** Dark ink on light paper. */
  LIGHT,
  /** Light ink on dark paper. */
  DARK;

  /** Its name in forms, cookies and the stylesheet. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Scheme> ofCode(String code) {
    return Arrays.stream(values()).filter(scheme -> scheme.code().equals(code)).findFirst();
  }
}
