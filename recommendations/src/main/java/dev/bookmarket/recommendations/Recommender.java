package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Suggests random books. Thread-safe if its source of random numbers is. */
public final class Recommender {
  private final BookCatalogue catalogue;
  private final IntUnaryOperator random;

  /**
   * Creates a recommender for that catalogue.
   *
   * @param random returns, for n, each number from 0 to n - 1 with the same probability
   */
  public Recommender(BookCatalogue catalogue, IntUnaryOperator random) {
    this.catalogue = catalogue;
    this.random = random;
  }

  /**
   * Returns a random sample of the category's books without duplicates. All samples and all orders
   * have the same probability.
   *
   * @param maxResults the maximum number of books, 0 or more
   * @throws RejectedRequestException NOT_FOUND if the category has no books, INVALID if {@code
   *     maxResults} is negative
   */
  public List<Book> recommend(Category category, int maxResults) {
    var books = catalogue.books(category);
    if (maxResults < 0) {
      throw RejectedRequestException.invalid("max_results must be 0 or more, but is " + maxResults);
    }
    return sample(books, Math.min(maxResults, books.size()), random);
  }

  /**
   * Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", CACM 30/9, 1987): every set of
   * positions is equally likely, and each position takes one random number. The shuffle then makes
   * every order equally likely.
   */
  static <T> List<T> sample(List<T> list, int size, IntUnaryOperator random) {
    var positions = new LinkedHashSet<Integer>();
    for (int last = list.size() - size; last < list.size(); last++) {
      if (!positions.add(random.applyAsInt(last + 1))) {
        positions.add(last);
      }
    }
    var sample = new ArrayList<T>(size);
    positions.forEach(position -> sample.add(list.get(position)));
    for (int i = size - 1; i > 0; i--) {
      Collections.swap(sample, i, random.applyAsInt(i + 1));
    }
    return sample;
  }
}
