package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.Text;
import java.text.Normalizer;
import java.util.regex.Pattern;

/** Removes accents from texts, so that they can be compared without them. */
final class Accents {
  /** The accents of Latin, Greek and Cyrillic. Marks of other scripts distinguish words. */
  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

  private Accents() {}

  /**
   * Returns the text without accents, and with compatibility characters such as ligatures and
   * full-width letters replaced (NFKD).
   */
  static String remove(String text) {
    if (isAscii(text)) {
      return text;
    }
    var decomposed = Text.normalize(text, Normalizer.Form.NFKD);
    return Normalizer.normalize(ACCENTS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC);
  }

  /** Returns whether all characters are ASCII. Uses a loop: a stream is slower for many words. */
  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
