package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.runtime.Text;

/**
 * A visitor who gave a name. The name is personal data, so {@link #toString} omits it.
 *
 * @param name one line of 1 to 100 Unicode code points, at least one of them visible, as defined by
 *     {@link Text}
 * @param greeted whether a page has greeted the visitor by this name
 */
public record NamedVisitor(String name, boolean greeted) {
  private static final int MAX_LENGTH = 100;

  /**
   * Creates a visitor.
   *
   * @throws LocalizedException 400 if the name is invalid
   */
  public NamedVisitor {
    if (!Text.isVisible(name) || !Text.oneLine(name).equals(name)) {
      throw LocalizedException.invalid("error.invalid.name");
    }
    if (Text.length(name) > MAX_LENGTH) {
      throw LocalizedException.invalid("error.invalid.name.long", MAX_LENGTH);
    }
  }

  @Override
  public String toString() {
    return "NamedVisitor";
  }
}
