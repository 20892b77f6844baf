package dev.bookmarket.marketplace.cover;

import java.text.Bidi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** Enough steps to narrow the widest line to the width of the narrowest letter. */
  private static final int MAX_NARROWING_STEPS = 150;

  private static final double NARROWING = 0.97;

  private static final String ELLIPSIS = "…";

  /** The widths of characters that are narrower or wider than most others. */
  private static final Map<String, Integer> WIDTHS =
      Map.of(" ", 26, "ijltfrI.,:;'’‘!|()[]-/", 38, "mw", 86, "MW@%—…", 100);

  /**
   * Matches a character inside a word after which a line may end: an ideograph, a character of
   * another script without spaces, a hyphen, a dash or a full-width punctuation mark, but no
   * opening bracket or quotation mark. It must be followed by a letter or digit.
   */
  private static final Pattern BREAK =
      Pattern.compile(
          "[\\p{IsIdeographic}\\p{IsHiragana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}"
              + "\\-—\\x{3001}-\\x{303f}\\x{30fb}\\x{ff01}-\\x{ff5e}&&[^(「『《“‘]]"
              + "(?=[\\p{L}\\p{Nd}&&[^\\x{30fc}]])");

  /**
   * Returns the text in the largest size that fits, or truncated with an ellipsis in the smallest
   * size if no size fits.
   *
   * @param sizes the font sizes, largest first
   */
  static TextLayout fit(String text, int[] sizes, double width, double height, int maxLines) {
    var words = words(text);
    int widest = words.stream().mapToInt(Word::width).max().orElse(0);
    int lineCount = 1;
    double lineWidth = 0;
    int size = 0;
    for (int next : sizes) {
      size = next;
      lineWidth = 100 * width / size;
      lineCount = Math.max(1, Math.min(maxLines, (int) (height / (size * LINE_HEIGHT))));
      var lines = fill(words, lineWidth);
      if (widest <= lineWidth && lines.size() <= lineCount) {
        return new TextLayout(size, balance(words, lines, widest, lineWidth));
      }
    }
    return new TextLayout(size, truncate(words, lineWidth, lineCount));
  }

  /** Returns whether the text is written from right to left. */
  static boolean isRightToLeft(String text) {
    return new Bidi(text, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).getBaseLevel() == 1;
  }

  /** Returns the estimated width of a text, as a multiple of the font size. */
  static double width(String text) {
    return widthInHundredths(text) / 100.0;
  }

  /** Returns the height from the top of the first line to the bottom of the last line. */
  double height() {
    return lines.size() * size * LINE_HEIGHT;
  }

  /** Puts as many words as possible on each line. */
  private static List<String> fill(List<Word> words, double lineWidth) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    int used = 0;
    for (var word : words) {
      var gap = line.isEmpty() || word.continues() ? "" : " ";
      int needed = used + widthInHundredths(gap) + word.width();
      if (!line.isEmpty() && needed > lineWidth) {
        lines.add(line.toString());
        line.setLength(0);
        gap = "";
        needed = word.width();
      }
      line.append(gap).append(word.text());
      used = needed;
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }

  /** Makes the lines about equally long, without adding a line. */
  private static List<String> balance(
      List<Word> words, List<String> lines, int widest, double lineWidth) {
    var balanced = lines;
    double narrower = lineWidth * NARROWING;
    for (int i = 0; i < MAX_NARROWING_STEPS && widest <= narrower; i++) {
      var candidate = fill(words, narrower);
      if (candidate.size() != lines.size()) {
        break;
      }
      balanced = candidate;
      narrower *= NARROWING;
    }
    return balanced;
  }

  private static List<String> truncate(List<Word> words, double lineWidth, int maxLines) {
    var pieces = words.stream().flatMap(word -> split(word, lineWidth).stream()).toList();
    var lines = fill(pieces, lineWidth);
    if (lines.size() <= maxLines) {
      return lines;
    }
    var last = lines.get(maxLines - 1);
    while (widthInHundredths(last + ELLIPSIS) > lineWidth) {
      int end = last.lastIndexOf(' ');
      last = last.substring(0, end >= 0 ? end : last.offsetByCodePoints(last.length(), -1));
    }
    var kept = new ArrayList<>(lines.subList(0, maxLines - 1));
    kept.add(last.replaceFirst("[\\s\\p{Punct}]++$", "") + ELLIPSIS);
    return kept;
  }

  /** Returns the parts of a text that must stay on one line. */
  private static List<Word> words(String text) {
    var words = new ArrayList<Word>();
    for (var word : text.strip().split("\\s+", 0)) {
      int start = 0;
      for (var breaks = BREAK.matcher(word); breaks.find(); start = breaks.end()) {
        words.add(Word.of(word.substring(start, breaks.end()), start > 0));
      }
      if (!word.isEmpty()) {
        words.add(Word.of(word.substring(start), start > 0));
      }
    }
    return words;
  }

  /** Splits a word that is too long for a line into parts of about the same length. */
  private static List<Word> split(Word word, double lineWidth) {
    if (word.width() <= lineWidth) {
      return List.of(word);
    }
    double available = lineWidth - widthInHundredths('-');
    double limit = Math.min(available, word.width() / Math.ceil(word.width() / available) + 50);
    var parts = new ArrayList<Word>();
    var part = new StringBuilder();
    int used = 0;
    for (int character : word.text().codePoints().toArray()) {
      if (!isMark(character) && used + widthInHundredths(character) > limit) {
        parts.add(Word.of(part + hyphenAfter(part), word.continues() || !parts.isEmpty()));
        part.setLength(0);
        used = 0;
      }
      part.appendCodePoint(character);
      used += widthInHundredths(character);
    }
    parts.add(Word.of(part.toString(), true));
    return parts;
  }

  private static String hyphenAfter(CharSequence text) {
    return switch (Character.UnicodeScript.of(text.charAt(text.length() - 1))) {
      case LATIN, CYRILLIC, GREEK -> "-";
      default -> "";
    };
  }

  private static int widthInHundredths(String text) {
    return text.codePoints().map(TextLayout::widthInHundredths).sum();
  }

  private static int widthInHundredths(int character) {
    if (isMark(character)) {
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

  private static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> true;
      default -> false;
    };
  }

  /**
   * A part of a text that stays on one line.
   *
   * @param continues whether no space separates this part from the previous one
   * @param width the width in hundredths of an em
   */
  private record Word(String text, boolean continues, int width) {
    static Word of(String text, boolean continues) {
      return new Word(text, continues, widthInHundredths(text));
    }
  }
}
