package dev.bookmarket.recommendations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which books hold which words. It knows the books by their numbers, which count from 0 in the
 * order in which they were added. Fixed when it is made; safe for concurrent readers.
 */
final class WordIndex {
  /** Where a word can stand in a book. */
  enum Part {
    TITLE,
    AUTHOR,
    DESCRIPTION
  }

  /** The books that hold one word. */
  private record Holders(Postings title, Postings author, Postings anywhere) {}

  private static final int[] NONE = {};

  private final Map<String, Holders> holders;

  private WordIndex(Map<String, Holders> holders) {
    this.holders = holders;
  }

  /**
   * The first {@code limit} of the books that hold all the words: those that hold them all in the
   * title, then those that hold them all in the author, then the others; within each of the three
   * by number. None if there are no words.
   *
   * <p>The time it takes hardly grows with the number of books: it ends at the limit, and words
   * that are in many books each but in few together cost it a pass over one bit a book.
   */
  int[] find(Collection<String> words, int limit) {
    var asked = new ArrayList<Holders>(words.size());
    for (var word : words) {
      var holder = holders.get(word);
      if (holder == null) {
        return NONE;
      }
      asked.add(holder);
    }
    if (asked.isEmpty()) {
      return NONE;
    }
    int[] titles = Postings.common(asked.stream().map(Holders::title).toList(), limit);
    if (titles.length == limit) {
      return titles;
    }
    int[] authors = Postings.common(asked.stream().map(Holders::author).toList(), limit);
    int[] all = Postings.common(asked.stream().map(Holders::anywhere).toList(), limit);
    // Cutting each off at the limit loses nothing: what a later one repeats, an earlier one has
    // given.
    return Stream.of(titles, without(titles, authors), without(authors, without(titles, all)))
        .flatMapToInt(Arrays::stream)
        .limit(limit)
        .toArray();
  }

  /** What is in {@code numbers} and not in {@code others}; all ascending. */
  private static int[] without(int[] others, int[] numbers) {
    if (others.length == 0) {
      return numbers;
    }
    var rest = new int[numbers.length];
    int size = 0;
    int other = 0;
    for (int number : numbers) {
      while (other < others.length && others[other] < number) {
        other++;
      }
      if (other == others.length || others[other] != number) {
        rest[size++] = number;
      }
    }
    return Arrays.copyOf(rest, size);
  }

  /** Collects the words of books, one book after the other; for one thread. */
  static final class Builder {
    private final Map<String, Growing> words = new HashMap<>();
    private int books;

    /** Begins the next book. */
    void nextBook() {
      books++;
    }

    /** Says that the book begun last holds that word there; may be said more than once. */
    void add(String word, Part part) {
      words.computeIfAbsent(word, w -> new Growing()).add(books - 1, part);
    }

    /** The index of all books so far; the builder cannot be used afterwards. */
    WordIndex build() {
      var holders = new HashMap<String, Holders>(words.size() * 4 / 3 + 1);
      // Taken out one by one, so that the growing and the finished lists are never all there at
      // once.
      for (var entries = words.entrySet().iterator(); entries.hasNext(); entries.remove()) {
        var entry = entries.next();
        holders.put(entry.getKey(), entry.getValue().finished(books));
      }
      return new WordIndex(holders);
    }
  }

  /**
   * The books that hold one word, as far as they are known yet: each as its number times 4, plus
   * one bit for the title and one for the author. One array a word, since adding to it is most of
   * the work.
   */
  private static final class Growing {
    private static final int IN_TITLE = 1;
    private static final int IN_AUTHOR = 2;

    private int[] entries = new int[2];
    private int size;

    void add(int book, Part part) {
      int entry =
          book << 2
              | switch (part) {
                case TITLE -> IN_TITLE;
                case AUTHOR -> IN_AUTHOR;
                case DESCRIPTION -> 0;
              };
      if (size > 0 && entries[size - 1] >> 2 == book) {
        entries[size - 1] |= entry;
        return;
      }
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, 2 * size);
      }
      entries[size++] = entry;
    }

    Holders finished(int books) {
      return new Holders(
          Postings.of(having(IN_TITLE), books),
          Postings.of(having(IN_AUTHOR), books),
          Postings.of(having(0), books));
    }

    private int[] having(int bits) {
      return Arrays.stream(entries, 0, size)
          .filter(entry -> (entry & bits) == bits)
          .map(entry -> entry >> 2)
          .toArray();
    }
  }
}
