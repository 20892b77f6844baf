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
   * From this share of the books on, a word's books are kept as bits. That takes at most four times
   * the memory of the numbers, and bounds the longest list that a search has to walk to 1/128 of
   * the books: a million books then cost the 99th percentile of queries 0.2 ms, and the bits 30 MB.
   */
  int MANY = 128;

  /** How many books hold the word. */
  int size();

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
        : ((Few) sorted.get(0)).and(others, limit);
  }

  /** The numbers themselves. */
  record Few(int[] numbers) implements Postings {
    @Override
    public int size() {
      return numbers.length;
    }

    /** Walks through all lists side by side. */
    private int[] and(List<Postings> others, int limit) {
      var bits = others.stream().filter(Many.class::isInstance).toArray(Many[]::new);
      var lists = others.stream().filter(Few.class::isInstance).toArray(Few[]::new);
      var places = new int[lists.length];
      var common = new int[Math.min(limit, numbers.length)];
      int found = 0;
      for (int i = 0; i < numbers.length && found < limit; i++) {
        int number = numbers[i];
        boolean inAll = true;
        for (int b = 0; b < bits.length && inAll; b++) {
          inAll = bits[b].holds(number);
        }
        for (int l = 0; l < lists.length && inAll; l++) {
          places[l] = lists[l].placeOf(number, places[l]);
          inAll = places[l] < lists[l].numbers.length && lists[l].numbers[places[l]] == number;
        }
        if (inAll) {
          common[found++] = number;
        }
      }
      return Arrays.copyOf(common, found);
    }

    /**
     * The first place from {@code from} on whose number is not smaller: soon found where it is
     * near.
     */
    private int placeOf(int number, int from) {
      int end = numbers.length;
      int step = 1;
      int low = from;
      while (low + step < end && numbers[low + step] < number) {
        low += step;
        step *= 2;
      }
      int high = Math.min(low + step, end);
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (numbers[middle] < number) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** Bit n of the whole says whether book n holds the word. */
  record Many(long[] bits, int size) implements Postings {
    private boolean holds(int number) {
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
