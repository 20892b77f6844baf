package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.recommendations.WordIndex.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordIndexTest {
  private record Words(Set<String> title, Set<String> author, Set<String> description) {
    boolean anywhere(String word) {
      return title.contains(word) || author.contains(word) || description.contains(word);
    }
  }

  /** Word n is in about one of n + 1 titles, so that all densities meet. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000, 5000})
  void finds_what_a_look_at_every_book_finds(int books) {
    var random = new Random(books);
    var all =
        Stream.generate(() -> new Words(words(random, 1), words(random, 3), words(random, 2)))
            .limit(books)
            .toList();
    var index = indexOf(all);
    for (int i = 0; i < 300; i++) {
      var asked =
          random.ints(1 + random.nextInt(3), 0, 200).mapToObj(n -> "word" + n).distinct().toList();
      int limit = 1 + random.nextInt(200);
      assertThat(index.find(asked, limit))
          .as("%s, at most %d", asked, limit)
          .containsExactly(slowly(all, asked, limit));
    }
  }

  private static Set<String> words(Random random, int rarer) {
    var words = new HashSet<String>();
    for (int n = 0; n < 200; n++) {
      if (random.nextInt((n + 1) * rarer) == 0) {
        words.add("word" + n);
      }
    }
    return words;
  }

  private static WordIndex indexOf(List<Words> books) {
    var builder = new WordIndex.Builder();
    for (var book : books) {
      builder.nextBook("any");
      book.title().forEach(word -> builder.add(word, Part.TITLE));
      book.author().forEach(word -> builder.add(word, Part.AUTHOR));
      book.description().forEach(word -> builder.add(word, Part.DESCRIPTION));
    }
    return builder.build();
  }

  private static int[] slowly(List<Words> books, List<String> asked, int limit) {
    var titles =
        IntStream.range(0, books.size()).filter(i -> books.get(i).title().containsAll(asked));
    var authors =
        IntStream.range(0, books.size()).filter(i -> books.get(i).author().containsAll(asked));
    var others =
        IntStream.range(0, books.size())
            .filter(i -> asked.stream().allMatch(books.get(i)::anywhere));
    return IntStream.concat(titles, IntStream.concat(authors, others))
        .distinct()
        .limit(limit)
        .toArray();
  }
}
