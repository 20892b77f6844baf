package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Suggests random books. Thread-safe if its source of random numbers is. */
public final class Recommender {
  /** The maximum number of books of a sample. */
  public static final int MAX_RESULTS = 100;

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
   * @param maxResults the maximum number of books, 0 or more; more than {@link #MAX_RESULTS} means
   *     {@link #MAX_RESULTS}
   * @throws RejectedRequestException NOT_FOUND if the category has no books, INVALID if {@code
   *     maxResults} is negative
   */
  public List<Book> recommend(Category category, int maxResults) {
    var books = catalogue.books(category);
    if (maxResults < 0) {
      throw RejectedRequestException.invalid("max_results must be 0 or more, but is " + maxResults);
    }
    int size = Math.min(Math.min(maxResults, MAX_RESULTS), books.size());
    return sample(books, size, random);
  }

  /**
   * Draws positions until there are enough different ones. Takes about 520 draws on average for all
   * of 100 books, and fewer for a part of a larger list.
   */
  static <T> List<T> sample(List<T> list, int size, IntUnaryOperator random) {
    return IntStream.generate(() -> random.applyAsInt(list.size()))
        .distinct()
        .limit(size)
        .mapToObj(list::get)
        .toList();
  }
}
