package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Suggests books at random; safe for concurrent use if its source of random numbers is. */
public final class Recommender {
  private final BookCatalogue catalogue;
  private final IntUnaryOperator random;

  /**
   * A recommender over that catalogue.
   *
   * @param random for n, answers each of 0 to n - 1 with the same likelihood
   */
  public Recommender(BookCatalogue catalogue, IntUnaryOperator random) {
    this.catalogue = catalogue;
    this.random = random;
  }

  /**
   * A random sample without repeats, every book and every order being as likely as any other. Takes
   * time in proportion to the books wanted, not to the books there are.
   *
   * @param maxResults how many are wanted, 0 or more; fewer come where the category has fewer
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
   * Robert Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", CACM 30/9, 1987) makes
   * every set of k positions equally likely with k random numbers; the shuffle then does so for the
   * orders.
   */
  static <T> List<T> sample(List<T> list, int k, IntUnaryOperator random) {
    var positions = new LinkedHashSet<Integer>(2 * k);
    for (int last = list.size() - k; last < list.size(); last++) {
      if (!positions.add(random.applyAsInt(last + 1))) {
        positions.add(last);
      }
    }
    var sample = new ArrayList<T>(k);
    positions.forEach(position -> sample.add(list.get(position)));
    for (int i = k - 1; i > 0; i--) {
      Collections.swap(sample, i, random.applyAsInt(i + 1));
    }
    return sample;
  }
}
