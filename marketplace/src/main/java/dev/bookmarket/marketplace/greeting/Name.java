package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.runtime.Text;

/**
 * The name of a visitor: one line of 1 to 100 Unicode code points, at least one of them visible, as
 * defined by {@link Text}. It is personal data, so {@link #toString} omits it.
 */
public record Name(String text) {
  private static final int MAX_LENGTH = 100;

  /**
   * Creates a name.
   *
   * @throws LocalizedRejectionException INVALID if the text is not a valid name
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
   * Returns the name that a visitor entered, without surrounding white space.
   *
   * @throws LocalizedRejectionException INVALID if the text contains no valid name
   */
  public static Name parse(String text) {
    return new Name(Text.oneLine(text));
  }

  @Override
  public String toString() {
    return "Name";
  }
}
