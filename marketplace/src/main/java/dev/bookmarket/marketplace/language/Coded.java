package dev.bookmarket.marketplace.language;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** An enum whose constants have a code for URLs, forms, cookies and HTML. */
public interface Coded {
  /** Returns the name of the constant. */
  String name();

  /** Returns the code; by default the name in lower case. */
  default String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the constant with that code; empty if none has it. */
  static <C extends Coded> Optional<C> find(C[] constants, String code) {
    return Arrays.stream(constants).filter(each -> each.code().equals(code)).findFirst();
  }
}
