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
      // A word and its parts have the same range. The range of a word inside a compatibility
      // character, such as "½", can be empty.
      if (word.start() >= done
          && word.end() > word.start()
          && words.contains(word.text())
          && ranges.size() < MAX_RANGES) {
        int start = doneCodePoints + text.codePointCount(done, word.start());
        doneCodePoints = start + text.codePointCount(word.start(), word.end());
        done = word.end();
        ranges.add(new Range(start, doneCodePoints));
      }
    }
    return ranges;
  }
}
