package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.RefusedRequest;
import java.util.regex.Pattern;

/**
 * What a visitor wants to be called: 1 to 100 characters (Unicode code points) without a control
 * character, at least one of them visible. It is personal, so it never shows itself in a log.
 */
public record Name(String text) {
  private static final int MAX_LENGTH = 100;

  /** Also what nobody sees, such as a space that does not break. */
  private static final Pattern BLANK = Pattern.compile("[\\p{IsWhite_Space}\\p{Z}\\p{Cf}]*");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}+");

  /**
   * A name.
   *
   * @throws RefusedRequest INVALID if it breaks the rule above
   */
  public Name {
    if (BLANK.matcher(text).matches() || CONTROL.matcher(text).find()) {
      throw RefusedRequest.invalid("error.invalid.name");
    }
    if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
      throw RefusedRequest.invalid("error.invalid.name.long", MAX_LENGTH);
    }
  }

  /**
   * The name in what a visitor typed, without the space around it.
   *
   * @throws RefusedRequest INVALID if there is none in it
   */
  public static Name typed(String text) {
    return new Name(CONTROL.matcher(text).replaceAll(" ").strip());
  }

  @Override
  public String toString() {
    return "Name";
  }
}
