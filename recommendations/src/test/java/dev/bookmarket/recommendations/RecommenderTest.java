package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecommenderTest {
  private static final BookCatalogue TEN = new BookCatalogue(Books.stories(10));

  @ParameterizedTest(name = "{0} wanted of 10: {1}")
  @CsvSource({"0, 0", "1, 1", "3, 3", "10, 10", "11, 10", "2147483647, 10"})
  void returns_the_requested_number_of_books_or_all(int wanted, int given) {
    assertThat(recommender(TEN, 1).recommend(Category.MYSTERY, wanted)).hasSize(given);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, Integer.MAX_VALUE})
  void returns_at_most_100_books(int wanted) {
    var recommender = recommender(new BookCatalogue(Books.stories(1_000)), 1);
    assertThat(recommender.recommend(Category.MYSTERY, wanted)).hasSize(100);
  }

  @Test
  void returns_no_duplicates() {
    var recommender = recommender(TEN, 2);
    for (int i = 0; i < 1_000; i++) {
      assertThat(recommender.recommend(Category.MYSTERY, 7)).doesNotHaveDuplicates();
    }
  }

  @Test
  void returns_only_books_of_the_category() {
    var builtIn = CatalogueFile.builtIn();
    assertThat(recommender(builtIn, 3).recommend(Category.HORROR, 100))
        .containsExactlyInAnyOrderElementsOf(builtIn.books(Category.HORROR));
  }

  /**
   * The standard deviation of a count in 20,000 draws is about 42; the tolerance is six of them.
   */
  @Test
  void returns_every_book_at_every_position_with_the_same_probability() {
    var recommender = recommender(TEN, 4);
    int draws = 20_000;
    var counts = new HashMap<List<Integer>, Integer>();
    for (int i = 0; i < draws; i++) {
      var sample = recommender.recommend(Category.MYSTERY, 3);
      for (int place = 0; place < 3; place++) {
        counts.merge(List.of(place, sample.get(place).id()), 1, Integer::sum);
      }
    }
    assertThat(counts).hasSize(30);
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(2_000 - 265, 2_000 + 265));
  }

  /** There are 60 ordered samples of 3 of 5 books; 400 of each are expected, deviation 20. */
  @Test
  void returns_every_ordered_sample_with_the_same_probability() {
    var recommender = recommender(new BookCatalogue(Books.stories(5)), 5);
    Map<List<Book>, Integer> counts = new HashMap<>();
    for (int i = 0; i < 24_000; i++) {
      counts.merge(recommender.recommend(Category.MYSTERY, 3), 1, Integer::sum);
    }
    assertThat(counts).hasSize(60);
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(280, 520));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 50, 1_000})
  void uses_random_numbers_in_proportion_to_the_sample(int wanted) {
    var calls = new AtomicInteger();
    var random = new Random(6);
    var recommender =
        new Recommender(
            new BookCatalogue(Books.stories(50_000)),
            n -> {
              calls.incrementAndGet();
              return random.nextInt(n);
            });
    recommender.recommend(Category.MYSTERY, wanted);
    assertThat(calls).hasValueLessThanOrEqualTo(2 * wanted);
  }

  @Test
  void reads_only_the_books_of_the_sample() {
    var looks = new AtomicInteger();
    var watched = new Watched<>(Books.stories(50_000), looks);
    var random = new Random(7);
    assertThat(new HashSet<>(Recommender.sample(watched, 10, random::nextInt))).hasSize(10);
    assertThat(looks).hasValue(10);
  }

  @Test
  void rejects_a_negative_number_of_books() {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> recommender(TEN, 8).recommend(Category.MYSTERY, -1))
        .withMessage("max_results must be 0 or more, but is -1");
  }

  @Test
  void rejects_a_category_without_books() {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> recommender(TEN, 9).recommend(Category.POETRY, 1))
        .withMessage("Category not found");
  }

  private static Recommender recommender(BookCatalogue catalogue, long seed) {
    return new Recommender(catalogue, new Random(seed)::nextInt);
  }

  /** A list that counts how often it is read. */
  private static final class Watched<T> extends AbstractList<T> {
    private final List<T> list;
    private final AtomicInteger looks;

    Watched(List<T> list, AtomicInteger looks) {
      this.list = list;
      this.looks = looks;
    }

    @Override
    public T get(int index) {
      looks.incrementAndGet();
      return list.get(index);
    }

    @Override
    public int size() {
      return list.size();
    }
  }
}
