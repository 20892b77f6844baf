package dev.bookmarket.recommendations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The numbers of the books that hold one word, ascending: a list of numbers where they are few, and
 * a bit a book where they are many. Fixed when it is made; safe for concurrent readers.
 */
sealed interface Postings {
  /** No book at all. */
  Postings NONE = new Few(new int[0]);

  /**
   * From this share of the books on, a word's books are kept as bits. At 1/32 the bits take no more
   * memory than the numbers; at 1/64 they take at most twice as much, and bound the longest list of
   * numbers that a search has to walk to 1/64 of the books.
   */
  int MANY = 64;

  /** How many books hold the word. */
  int size();

  /** Whether that book holds it. */
  boolean holds(int number);

  /**
   * The postings of a word.
   *
   * @param numbers ascending, without repeats, each from 0 to {@code books} - 1; not to be changed
   *     afterwards
   * @param books how many books there are
   */
  static Postings of(int[] numbers, int books) {
    if (numbers.length == 0) {
      return NONE;
    }
    if (numbers.length <= books / MANY) {
      return new Few(numbers);
    }
    var bits = new long[(books + Long.SIZE - 1) / Long.SIZE];
    for (int number : numbers) {
      bits[number / Long.SIZE] |= 1L << number;
    }
    return new Many(bits, numbers.length);
  }

  /** The first {@code limit} numbers that are in all of them; {@code all} must not be empty. */
  static int[] common(List<Postings> all, int limit) {
    var sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingInt(Postings::size));
    var others = sorted.subList(1, sorted.size());
    return sorted.get(0) instanceof Many first
        // Then every other word is in even more books.
        ? first.and(others.stream().map(Many.class::cast).toArray(Many[]::new), limit)
        : ((Few) sorted.get(0)).and(others.toArray(Postings[]::new), limit);
  }

  /** The numbers themselves. */
  record Few(int[] numbers) implements Postings {
    @Override
    public int size() {
      return numbers.length;
    }

    @Override
    public boolean holds(int number) {
      return Arrays.binarySearch(numbers, number) >= 0;
    }

    private int[] and(Postings[] others, int limit) {
      var common = new int[Math.min(limit, numbers.length)];
      int found = 0;
      for (int i = 0; i < numbers.length && found < limit; i++) {
        if (allHold(others, numbers[i])) {
          common[found++] = numbers[i];
        }
      }
      return Arrays.copyOf(common, found);
    }

    private static boolean allHold(Postings[] postings, int number) {
      for (var each : postings) {
        if (!each.holds(number)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Bit n of the whole says whether book n holds the word. */
  record Many(long[] bits, int size) implements Postings {
    @Override
    public boolean holds(int number) {
      return (bits[number / Long.SIZE] & 1L << number) != 0;
    }

    private int[] and(Many[] others, int limit) {
      var common = new int[Math.min(limit, size)];
      int found = 0;
      for (int i = 0; i < bits.length && found < limit; i++) {
        long word = bits[i];
        for (int o = 0; o < others.length && word != 0; o++) {
          word &= others[o].bits[i];
        }
        for (; word != 0 && found < limit; word &= word - 1) {
          common[found++] = i * Long.SIZE + Long.numberOfTrailingZeros(word);
        }
      }
      return Arrays.copyOf(common, found);
    }
  }
}
