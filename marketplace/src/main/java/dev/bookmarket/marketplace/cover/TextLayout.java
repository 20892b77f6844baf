package dev.bookmarket.marketplace.cover;

import java.text.Bidi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A text in one font size, divided into lines. The font of the browser is not known, so widths are
 * estimates for a wide serif font. Internally, widths are integers in hundredths of an em, so that
 * sums do not depend on the order of addition.
 *
 * @param size the font size
 * @param lines the lines from top to bottom; none for an empty text
 */
record TextLayout(int size, List<String> lines) {
  /** The distance between two lines, as a multiple of the font size. */
  static final double LINE_HEIGHT = 1.16;

  private static final double NARROWING = 0.97;

  private static final String ELLIPSIS = "…";

  /** The widths of characters that are narrower or wider than most others. */
  private static final Map<String, Integer> WIDTHS =
      Map.of(" ", 26, "ijltfrI.,:;'’‘!|()[]-/", 38, "mw", 86, "MW@%—…", 100);

  private static final Pattern SPACES = Pattern.compile(" +");

  /** Matches the position after the last letter of a text, if its script uses hyphens. */
  private static final Pattern HYPHEN_POSITION =
      Pattern.compile("(?<=[\\p{IsLatin}\\p{IsCyrillic}\\p{IsGreek}])$");

  /**
   * Matches a part of a text that must stay on one line, with the space before it. It ends before a
   * space, or inside a word after an ideograph, a character of another script without spaces, a
   * hyphen, a dash or a full-width punctuation mark, but not after an opening bracket or quotation
   * mark. In a word, a letter or digit must follow.
   */
  private static final Pattern WORD =
      Pattern.compile(
          " ?(?:\\S*?"
              + "[\\p{IsIdeographic}\\p{IsHiragana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}"
              + "\\-—\\x{3001}-\\x{303f}\\x{30fb}\\x{ff01}-\\x{ff5e}&&[^(「『《“‘]]"
              + "(?=[\\p{L}\\p{Nd}&&[^\\x{30fc}]])|\\S+)");

  /**
   * Returns the text in the largest size that fits, or truncated with an ellipsis in the smallest
   * size if no size fits.
   *
   * @param sizes the font sizes, largest first
   */
  static TextLayout fit(String text, int[] sizes, double width, double height, int maxLines) {
    var words =
        WORD.matcher(SPACES.matcher(text).replaceAll(" "))
            .results()
            .map(MatchResult::group)
            .toList();
    int widest = words.stream().mapToInt(word -> hundredths(word.strip())).max().orElse(0);
    for (int i = 0; ; i++) {
      int size = sizes[i];
      double lineWidth = 100 * width / size;
      int lineCount = Math.max(1, Math.min(maxLines, (int) (height / (size * LINE_HEIGHT))));
      var lines = fill(words, lineWidth);
      if (widest <= lineWidth && lines.size() <= lineCount) {
        return new TextLayout(size, balance(words, lines, widest, lineWidth));
      }
      if (i == sizes.length - 1) {
        return new TextLayout(size, truncate(words, lineWidth, lineCount));
      }
    }
  }

  /** Returns whether the text is written from right to left. */
  static boolean isRightToLeft(String text) {
    return new Bidi(text, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).getBaseLevel() == 1;
  }

  /** Returns the estimated width of a text, as a multiple of the font size. */
  static double width(String text) {
    return hundredths(text) / 100.0;
  }

  /** Returns the height from the top of the first line to the bottom of the last line. */
  double height() {
    return lines.size() * size * LINE_HEIGHT;
  }

  /** Puts as many words as possible on each line. */
  private static List<String> fill(List<String> words, double lineWidth) {
    var lines = new ArrayList<String>();
    for (var word : words) {
      int last = lines.size() - 1;
      if (last >= 0 && hundredths(lines.get(last) + word) <= lineWidth) {
        lines.set(last, lines.get(last) + word);
      } else {
        lines.add(word.strip());
      }
    }
    return lines;
  }

  /** Makes the lines about equally long, without adding a line. */
  private static List<String> balance(
      List<String> words, List<String> lines, int widest, double lineWidth) {
    double narrower = lineWidth * NARROWING;
    // All characters of a text can have the width 0.
    if (narrower < Math.max(widest, 1)) {
      return lines;
    }
    var candidate = fill(words, narrower);
    return candidate.size() > lines.size() ? lines : balance(words, candidate, widest, narrower);
  }

  private static List<String> truncate(List<String> words, double lineWidth, int maxLines) {
    var pieces = words.stream().flatMap(word -> split(word, lineWidth).stream()).toList();
    var lines = fill(pieces, lineWidth);
    if (lines.size() <= maxLines) {
      return lines;
    }
    var last = lines.get(maxLines - 1);
    while (hundredths(last + ELLIPSIS) > lineWidth) {
      int end = last.lastIndexOf(' ');
      last = last.substring(0, end >= 0 ? end : last.offsetByCodePoints(last.length(), -1));
    }
    var kept = new ArrayList<>(lines.subList(0, maxLines - 1));
    kept.add(last.replaceFirst("[\\s\\p{Punct}]++$", "") + ELLIPSIS);
    return kept;
  }

  /** Splits a word that is too long for a line into parts of about the same length. */
  private static List<String> split(String word, double lineWidth) {
    int width = hundredths(word.strip());
    if (width <= lineWidth) {
      return List.of(word);
    }
    double available = lineWidth - hundredths("-");
    double limit = Math.min(available, width / Math.ceil(width / available) + 50);
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    for (int character : word.codePoints().toArray()) {
      if (hundredths(part.toString().strip()) + hundredths(character) > limit) {
        parts.add(HYPHEN_POSITION.matcher(part).replaceFirst("-"));
        part.setLength(0);
      }
      part.appendCodePoint(character);
    }
    parts.add(part.toString());
    return parts;
  }

  private static int hundredths(String text) {
    return text.codePoints().map(TextLayout::hundredths).sum();
  }

  private static int hundredths(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    for (var characters : WIDTHS.entrySet()) {
      if (characters.getKey().indexOf(character) >= 0) {
        return characters.getValue();
      }
    }
    if (isFullWidth(character)) {
      return 100;
    }
    if (character >= 0x1f000) {
      return 130;
    }
    boolean upperCase = Character.isUpperCase(character);
    if (character > 0x024f) {
      return upperCase ? 80 : 66;
    }
    return upperCase ? 72 : Character.isDigit(character) ? 62 : 56;
  }

  /** Returns whether this is a Chinese, Japanese or Korean character. */
  private static boolean isFullWidth(int character) {
    return Character.isIdeographic(character)
        || character >= 0x1100 && character <= 0x11ff
        || character >= 0x2e80 && character <= 0xa4cf
        || character >= 0xac00 && character <= 0xd7ff
        || character >= 0xff01 && character <= 0xff5e;
  }
}
