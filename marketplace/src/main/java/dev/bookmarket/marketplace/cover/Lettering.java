package dev.bookmarket.marketplace.cover;

import java.text.Bidi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text broken into lines of one size. Nobody measures the text where it is drawn, and which font
 * is there is not known either, so the widths are estimates for a wide serif.
 *
 * @param size the font's size
 * @param lines from top to bottom; none for an empty text
 */
record Lettering(int size, List<String> lines) {
  /** The distance of two lines, in sizes. */
  static final double LEADING = 1.16;

  /** Enough to go from the widest line to the narrowest letter. */
  private static final int MAX_NARROWINGS = 150;

  private static final double NARROWING = 0.97;

  private static final String ELLIPSIS = "…";
  private static final String NARROW = "ijltfrI.,:;'’‘!|()[]-/";
  private static final String WIDE = "mwMW@%—…";

  /**
   * The text in the largest of those sizes that fits; cut with an ellipsis where none does.
   *
   * @param sizes from large to small
   */
  static Lettering fit(String text, int[] sizes, double width, double height, int maxLines) {
    var words = words(text);
    for (int size : sizes) {
      var fitting = fit(words, size, width, lines(size, height, maxLines));
      if (fitting.isPresent()) {
        return fitting.get();
      }
    }
    int smallest = sizes[sizes.length - 1];
    return cut(words, smallest, width, lines(smallest, height, maxLines));
  }

  /** Whether it is read from right to left. */
  static boolean isRightToLeft(String text) {
    return new Bidi(text, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).getBaseLevel() == 1;
  }

  /** How wide a text is about, in units of its size. */
  static double width(String text) {
    return hundredths(text) / 100.0;
  }

  /** The height of the block, from the top of the first line to the bottom of the last. */
  double height() {
    return lines.size() * size * LEADING;
  }

  /** Whole numbers, so that sums in any order are exact. */
  private static int hundredths(String text) {
    return text.codePoints().map(Lettering::hundredths).sum();
  }

  private static int lines(int size, double height, int maxLines) {
    return Math.max(1, Math.min(maxLines, (int) (height / (size * LEADING))));
  }

  private static Optional<Lettering> fit(List<Word> words, int size, double width, int maxLines) {
    double hundredthsOfEm = 100 * width / size;
    double widest = words.stream().mapToInt(Word::width).max().orElse(0);
    if (widest > hundredthsOfEm) {
      return Optional.empty();
    }
    if (words.isEmpty()) {
      return Optional.of(new Lettering(size, List.of()));
    }
    var lines = fill(words, hundredthsOfEm);
    if (lines.size() > maxLines) {
      return Optional.empty();
    }
    // Lines of about the same length look better than full ones and a last word by itself.
    double narrower = hundredthsOfEm;
    for (int step = 0; step < MAX_NARROWINGS && widest <= narrower * NARROWING; step++) {
      narrower *= NARROWING;
      var narrowed = fill(words, narrower);
      if (narrowed.size() != lines.size()) {
        break;
      }
      lines = narrowed;
    }
    return Optional.of(new Lettering(size, lines));
  }

  private static Lettering cut(List<Word> words, int size, double width, int maxLines) {
    double hundredthsOfEm = 100 * width / size;
    var broken = words.stream().flatMap(word -> pieces(word, hundredthsOfEm).stream()).toList();
    var lines = fill(broken, hundredthsOfEm);
    if (lines.size() <= maxLines) {
      return new Lettering(size, lines);
    }
    var kept = new ArrayList<>(lines.subList(0, maxLines));
    var last = kept.get(maxLines - 1);
    while (hundredths(last + ELLIPSIS) > hundredthsOfEm && last.contains(" ")) {
      last = last.substring(0, last.lastIndexOf(' '));
    }
    while (hundredths(last + ELLIPSIS) > hundredthsOfEm) {
      last = last.substring(0, last.offsetByCodePoints(last.length(), -1));
    }
    kept.set(maxLines - 1, last.replaceFirst("[\\s\\p{Punct}]++$", "") + ELLIPSIS);
    return new Lettering(size, List.copyOf(kept));
  }

  /** Fills one line after the other. */
  private static List<String> fill(List<Word> words, double hundredthsOfEm) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    int used = 0;
    for (var word : words) {
      var gap = line.isEmpty() || word.glued() ? "" : " ";
      int wider = used + hundredths(gap) + word.width();
      if (!line.isEmpty() && wider > hundredthsOfEm) {
        lines.add(line.toString());
        line.setLength(0);
        gap = "";
        wider = word.width();
      }
      line.append(gap).append(word.text());
      used = wider;
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }

  /** What may not be parted: words, and the single characters of scripts that part none. */
  private static List<Word> words(String text) {
    var words = new ArrayList<Word>();
    for (var word : text.strip().split("\\s+", 0)) {
      boolean glued = false;
      int begin = 0;
      for (int i = 0; i < word.length(); ) {
        int next = word.offsetByCodePoints(i, 1);
        boolean last = next == word.length();
        if (last || mayBreakBetween(word.codePointAt(i), word.codePointAt(next))) {
          words.add(Word.of(word.substring(begin, next), glued));
          glued = true;
          begin = next;
        }
        i = next;
      }
    }
    return words;
  }

  private static boolean mayBreakBetween(int before, int after) {
    boolean goesOn = isMark(after) || !Character.isLetterOrDigit(after) || after == 0x30fc;
    return (breaksAnywhere(before) || before == '-' || before == '—' || isFullWidthMark(before))
        && !goesOn
        && !"(「『《“‘".contains(Character.toString(before));
  }

  private static boolean breaksAnywhere(int character) {
    return Character.isIdeographic(character)
        || switch (Character.UnicodeScript.of(character)) {
          case HIRAGANA, THAI, LAO, KHMER, MYANMAR -> true;
          default -> false;
        };
  }

  private static boolean isFullWidthMark(int character) {
    return character >= 0x3001 && character <= 0x303f
        || character == 0x30fb
        || character >= 0xff01 && character <= 0xff5e;
  }

  /** The parts, of about one length, of a word that is too long for a line. */
  private static List<Word> pieces(Word word, double hundredthsOfEm) {
    if (word.width() <= hundredthsOfEm) {
      return List.of(word);
    }
    double room = hundredthsOfEm - hundredths('-');
    double limit = Math.min(room, word.width() / Math.ceil(word.width() / room) + 50);
    var pieces = new ArrayList<Word>();
    var piece = new StringBuilder();
    int used = 0;
    for (int character : word.text().codePoints().toArray()) {
      if (!isMark(character) && used + hundredths(character) > limit) {
        pieces.add(Word.of(piece + hyphenAfter(piece), word.glued() || !pieces.isEmpty()));
        piece.setLength(0);
        used = 0;
      }
      piece.appendCodePoint(character);
      used += hundredths(character);
    }
    pieces.add(Word.of(piece.toString(), true));
    return pieces;
  }

  private static String hyphenAfter(CharSequence text) {
    return switch (Character.UnicodeScript.of(text.charAt(text.length() - 1))) {
      case LATIN, CYRILLIC, GREEK -> "-";
      default -> "";
    };
  }

  private static int hundredths(int character) {
    if (isMark(character)) {
      return 0;
    }
    if (character == ' ') {
      return 26;
    }
    if (NARROW.indexOf(character) >= 0) {
      return 38;
    }
    if (WIDE.indexOf(character) >= 0) {
      return Character.isLowerCase(character) ? 86 : 100;
    }
    if (Character.isIdeographic(character)
        || character >= 0x1100 && character <= 0x11ff
        || character >= 0x2e80 && character <= 0xa4cf
        || character >= 0xac00 && character <= 0xd7ff
        || isFullWidthMark(character)) {
      return 100;
    }
    if (character >= 0x1f000) {
      return 130;
    }
    if (character > 0x024f) {
      return Character.isUpperCase(character) ? 80 : 66;
    }
    return Character.isUpperCase(character) ? 72 : Character.isDigit(character) ? 62 : 56;
  }

  private static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> true;
      default -> false;
    };
  }

  /** A word; glued where no space parts it from the one before. */
  private record Word(String text, boolean glued, int width) {
    static Word of(String text, boolean glued) {
      return new Word(text, glued, hundredths(text));
    }
  }
}
