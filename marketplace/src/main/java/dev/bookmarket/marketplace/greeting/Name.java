package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.runtime.Text;

/**
 * What a visitor wants to be called: 1 to 100 characters (Unicode code points) on one line, at
 * least one of them visible, as {@link Text} says. It is personal, so it never shows itself in a
 * log.
 */
public record Name(String text) {
  private static final int MAX_LENGTH = 100;

  /**
   * A name.
   *
   * @throws LocalizedRejectionException INVALID if it breaks the rule above
   */
  public Name {
    if (!Text.isVisible(text) || !Text.oneLine(text).equals(text)) {
      throw LocalizedRejectionException.invalid("error.invalid.name");
    }
    if (Text.length(text) > MAX_LENGTH) {
      throw LocalizedRejectionException.invalid("error.invalid.name.long", MAX_LENGTH);
    }
  }

  /**
   * The name in what a visitor typed, without the space around it.
   *
   * @throws LocalizedRejectionException INVALID if there is none in it
   */
  public static Name typed(String text) {
    return new Name(Text.oneLine(text));
  }

  @Override
  public String toString() {
    return "Name";
  }
}
