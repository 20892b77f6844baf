package dev.bookmarket.recommendations;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A book that a search found.
 *
 * @param words the words to highlight in its texts, as {@link WordAnalyzer} returns them
 */
public record Match(Book book, Set<String> words) {
  /** Limits the size of a page: the 100 longest books fit into a gRPC message of 4 MiB. */
  private static final int MAX_RANGES = 150;

  /** A range of a text: the positions of its first character and after its last, in code points. */
  public record Range(int start, int end) {}

  /**
   * Returns where a text of the book contains the words: the first 150 ranges in ascending order.
   */
  public List<Range> rangesIn(String text) {
    var ranges = new ArrayList<Range>();
    int done = 0;
    int doneCodePoints = 0;
    for (var word : WordAnalyzer.FOR_BOOKS.words(text)) {
      int wordStart = endOfCodePoint(text, word.start());
      int wordEnd = endOfCodePoint(text, word.end());
      // A word and its parts have the same range. The range of a word inside a compatibility
      // character, such as "½", can be empty.
      if (wordStart >= done
          && wordEnd > wordStart
          && words.contains(word.text())
          && ranges.size() < MAX_RANGES) {
        int start = doneCodePoints + text.codePointCount(done, wordStart);
        doneCodePoints = start + text.codePointCount(wordStart, wordEnd);
        done = wordEnd;
        ranges.add(new Range(start, doneCodePoints));
      }
    }
    return ranges;
  }

  /** Returns the position after the code point if the given one is between its two halves. */
  private static int endOfCodePoint(String text, int position) {
    return position > 0
            && position < text.length()
            && Character.isSurrogatePair(text.charAt(position - 1), text.charAt(position))
        ? position + 1
        : position;
  }
}
