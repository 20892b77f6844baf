package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordIndexTest {
  /** Word n is in about one of n + 1 titles, so that words of all frequencies are combined. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000, 5000})
  void finds_the_same_books_as_a_linear_search(int size) {
    var random = new Random(size);
    var books =
        IntStream.range(0, size)
            .mapToObj(i -> Books.book(i, words(random, 1), words(random, 3), words(random, 2)))
            .toList();
    var index = new WordIndex(books);
    for (int i = 0; i < 300; i++) {
      var exact = alternatives(random, 1);
      var other = alternatives(random, 3);
      int limit = 1 + random.nextInt(200);
      assertThat(index.find(List.of(exact), limit))
          .as("%s, at most %s", exact, limit)
          .containsExactlyElementsOf(search(books, List.of(exact), limit));
      assertThat(index.find(List.of(exact, other), limit))
          .as("%s, then %s, at most %s", exact, other, limit)
          .containsExactlyElementsOf(search(books, List.of(exact, other), limit));
    }
  }

  @Test
  void finds_nothing_without_words() {
    var index = new WordIndex(List.of(Books.titled(1, "Dune")));
    assertThat(index.find(List.of(List.of()), 10)).isEmpty();
    assertThat(index.find(List.of(List.of(Set.of())), 10)).isEmpty();
  }

  @Test
  void completes_words() {
    var index = new WordIndex(List.of(Books.titled(1, "Murder Murders Murd Mud Übermurder")));
    assertThat(index.startingWith("murd")).containsExactly("murd", "murder", "murders");
    assertThat(index.startingWith("xyz")).isEmpty();
    assertThat(index.startingWith("übermurderer")).isEmpty();
    assertThat(new WordIndex(List.of()).startingWith("murd")).isEmpty();
    assertThat(new WordIndex(List.of(Books.titled(1, "?"))).startingWith("murd")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "cristie, 1, christie",
    "chrystie, 1, christie",
    "chrisstie, 1, christie",
    "chrsitie, 1, christie",
    "crstie, 1,",
    "crstie, 2, christie",
    "christie, 1, christie",
    "kristie, 2,"
  })
  void finds_similar_spellings_with_the_same_first_character(String word, int edits, String found) {
    var index = new WordIndex(List.of(Books.titled(1, "Christie Chalk")));
    assertThat(index.spelledLike(word, edits))
        .containsExactlyElementsOf(found == null ? List.of() : List.of(found));
  }

  @Test
  void expands_a_word_to_at_most_50_words() {
    var books =
        IntStream.range(0, 100)
            .mapToObj(i -> Books.titled(1, "word" + (char) ('a' + i / 10) + (char) ('a' + i % 10)))
            .toList();
    var index = new WordIndex(books);
    assertThat(index.startingWith("word")).hasSize(50).startsWith("wordaa").endsWith("wordej");
    assertThat(index.spelledLike("word", 2)).hasSize(50);
  }

  private static String words(Random random, int rarer) {
    var words = new HashSet<String>();
    for (int n = 0; n < 200; n++) {
      if (random.nextInt((n + 1) * rarer) == 0) {
        words.add("word" + n);
      }
    }
    return String.join(" ", words);
  }

  /** Returns a query of up to 3 words, each with up to {@code max} alternatives. */
  private static List<Set<String>> alternatives(Random random, int max) {
    return Stream.generate(
            () ->
                Set.copyOf(
                    random
                        .ints(1 + random.nextInt(max), 0, 200)
                        .mapToObj(n -> "word" + n)
                        .toList()))
        .limit(1 + random.nextInt(3))
        .toList();
  }

  private static List<Book> search(List<Book> books, List<List<Set<String>>> queries, int limit) {
    return queries.stream()
        .flatMap(
            query ->
                Stream.<Predicate<Book>>of(
                    book -> matches(query, book.title()),
                    book -> matches(query, book.author()),
                    book ->
                        matches(
                            query, book.title() + " " + book.author() + " " + book.description())))
        .flatMap(rank -> books.stream().filter(rank))
        .distinct()
        .limit(limit)
        .toList();
  }

  private static boolean matches(List<Set<String>> query, String text) {
    var words = Arrays.asList(text.split(" "));
    return query.stream().allMatch(alternatives -> alternatives.stream().anyMatch(words::contains));
  }
}
