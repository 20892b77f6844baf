package dev.bookmarket.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The rule for text that people read, such as titles, names and addresses. It is the same wherever
 * text enters the system: in files, forms, URLs and RPCs.
 *
 * <p>Every character must be one that HTML allows: a Unicode scalar value that is neither a control
 * character other than tab, line feed and carriage return, nor a noncharacter. Text is visible if
 * at least one of its characters is neither white space nor ignored when it is displayed. Lengths
 * count Unicode code points.
 */
public final class Text {
  private static final String NOT_TEXT = "\\p{Cc}\\p{Cs}\\p{IsNoncharacter_Code_Point}";

  private static final Pattern BREAKS = Pattern.compile("[" + NOT_TEXT + "\\p{Zl}\\p{Zp}]+");

  private static final Pattern BREAKS_BUT_LINE_FEEDS =
      Pattern.compile("[" + NOT_TEXT + "\\p{Zl}\\p{Zp}&&[^\\n]]+");

  /**
   * Matches one visible character. Excluded are white space, format characters, the other
   * characters of Unicode's Default_Ignorable_Code_Point, which java.util.regex does not know, and
   * characters with an empty glyph, such as U+2800 BRAILLE PATTERN BLANK.
   */
  private static final Pattern VISIBLE =
      Pattern.compile(
          ("[^%s\\p{IsWhite_Space}\\p{Z}\\p{Cf}"
                  + "\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}"
                  + "\\x{2060}-\\x{206F}\\x{2800}\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}"
                  + "\\x{FFF0}-\\x{FFFB}\\x{13441}\\x{13442}\\x{16FE4}\\x{1D159}"
                  + "\\x{E0000}-\\x{E0FFF}]")
              .formatted(NOT_TEXT));

  /** More than 30 combining marks in a row, including half-width ones, which NFKC combines. */
  private static final Pattern LONG_RUN_OF_MARKS =
      Pattern.compile("([\\p{M}\\x{FF9E}\\x{FF9F}]{30})[\\p{M}\\x{FF9E}\\x{FF9F}]++");

  private Text() {}

  /**
   * Returns the text that the bytes encode.
   *
   * @throws CharacterCodingException if the bytes are not valid UTF-8
   */
  public static String decode(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  /** Returns whether all characters are from U+0000 to U+007F. */
  public static boolean isAscii(String text) {
    return text.chars().allMatch(character -> character < 0x80);
  }

  /** Returns the length in Unicode code points. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * Returns the normalized text, in linear time: the JDK takes quadratic time to order the
   * combining marks of one letter, so those after the 30th are dropped, the limit of Unicode's
   * Stream-Safe Text Format.
   */
  public static String normalize(String text, Normalizer.Form form) {
    return Normalizer.normalize(LONG_RUN_OF_MARKS.matcher(text).replaceAll("$1"), form);
  }

  /** Returns whether a reader sees at least one character. */
  public static boolean isVisible(String text) {
    return VISIBLE.matcher(text).find();
  }

  /** Returns the first character that the rule forbids; empty if the text has none. */
  public static OptionalInt forbiddenCharacter(String text) {
    return text.codePoints().filter(Text::isForbidden).findFirst();
  }

  /**
   * Returns whether the rule forbids the character. Does not use a regular expression, which would
   * be slow for all characters of a catalogue.
   */
  private static boolean isForbidden(int character) {
    return Character.isISOControl(character) && "\t\n\r".indexOf(character) < 0
        || character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE
        || character >= 0xfdd0 && character <= 0xfdef
        || (character & 0xfffe) == 0xfffe;
  }

  /**
   * Returns the text on one line: each run of line breaks, tabs and forbidden characters becomes
   * one space, and white space around the text is removed.
   */
  public static String oneLine(String text) {
    return BREAKS.matcher(text).replaceAll(" ").strip();
  }

  /** Like {@link #oneLine}, but keeps line feeds; CR LF becomes one line feed. */
  public static String lines(String text) {
    var unix = text.replace("\r\n", "\n");
    return BREAKS_BUT_LINE_FEEDS.matcher(unix).replaceAll(" ").strip();
  }
}
