package dev.bookmarket.recommendations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bookmarket.recommendations.WordAnalyzer.Word;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds books by the words of their title, author and description, and books that are similar to a
 * given one. {@link WordAnalyzer} defines what a word is; there is no query syntax. Safe for
 * concurrent use.
 */
public final class BookSearch {
  /** The maximum number of matching books that are returned. */
  public static final int LIMIT = 1000;

  /** The maximum length of a query, in Unicode code points. */
  public static final int MAX_QUERY = 200;

  /** The number of similar books that are returned by default. */
  public static final int DEFAULT_SIMILAR = 6;

  /** The maximum number of similar books that are returned. */
  public static final int MAX_SIMILAR = 24;

  /** Completions of the query's words are added if fewer books match exactly. */
  private static final int ENOUGH_EXACT_MATCHES = ListSlice.DEFAULT_SIZE;

  /** Queries with more words match exactly only, which bounds the cost of a query. */
  private static final int MAX_EXPANDED_WORDS = 8;

  /** Longer words match exactly only: the memory for their spelling variants grows fast. */
  private static final int MAX_EXPANDED_LENGTH = 16;

  private static final int MIN_COMPLETED_LENGTH = 3;
  private static final int MAX_EDITS = 2;

  /** The maximum size of {@link #similar}: lists of six books for about 4,000 books. */
  private static final int MAX_SIMILAR_BYTES = 1024 * 1024;

  private record SimilarTo(Book book, int limit) {}

  private final WordIndex index;

  /** The catalogue does not change, so neither do the similar books. */
  private final Cache<SimilarTo, List<Book>> similar =
      Caffeine.newBuilder()
          .maximumWeight(MAX_SIMILAR_BYTES)
          // The key, the list, and an entry of Caffeine. The books belong to the catalogue.
          .<SimilarTo, List<Book>>weigher((key, books) -> 200 + 8 * books.size())
          .executor(Runnable::run) // evicts before put returns
          .build();

  /**
   * The result of a search.
   *
   * @param name identifies the list of matches in page tokens; the same for queries of the same
   *     words
   * @param matches the first {@link #LIMIT} books that match, best match first
   * @param total the number of books that match: exact up to {@link #LIMIT}, or one more
   * @param correctedQuery the words that the first book matches instead of the query's; empty if a
   *     book matches the query exactly, and if no book matches
   */
  public record Found(String name, List<Match> matches, int total, String correctedQuery) {}

  /** Indexes all books of a catalogue. */
  public BookSearch(BookCatalogue catalogue) {
    // The index orders equal matches by position: shorter titles match the query more closely.
    index =
        new WordIndex(
            catalogue.books().stream()
                .sorted(Comparator.comparingInt(book -> book.title().length()))
                .toList());
  }

  /**
   * Returns the books that have every word of the query in their title, author or description:
   * first those that have all words in the title, then those that have them all in the author, then
   * the others; within each of the three, shorter titles come first, then by title, then by id.
   *
   * <p>If only a few books match exactly, books that match completions of the words follow, in the
   * same order. If none does, words with one or two spelling mistakes match too.
   *
   * @throws RejectedRequestException INVALID if the query is blank or longer than {@link
   *     #MAX_QUERY}
   */
  public Found search(String query) {
    int length = Text.length(query);
    if (length > MAX_QUERY) {
      throw RejectedRequestException.invalid(
          "query must have at most %s characters, but has %s".formatted(MAX_QUERY, length));
    }
    if (query.isBlank()) {
      throw RejectedRequestException.invalid("query must not be blank");
    }
    var words = WordAnalyzer.FOR_QUERIES.words(query).stream().map(Word::text).distinct().toList();
    List<Set<String>> exact = words.stream().map(Set::of).toList();
    var alternatives = exact;
    var books = index.find(List.of(exact), LIMIT + 1);
    int exactMatches = books.size();
    if (exactMatches < ENOUGH_EXACT_MATCHES && words.size() <= MAX_EXPANDED_WORDS) {
      int edits = 0;
      do {
        int maxEdits = edits;
        var fewer = alternatives;
        alternatives = words.stream().map(word -> alternatives(word, maxEdits)).toList();
        if (!alternatives.equals(fewer)) {
          books = index.find(List.of(exact, alternatives), LIMIT + 1);
        }
      } while (books.isEmpty() && ++edits <= MAX_EDITS);
    }
    var exactWords = Set.copyOf(words);
    var allWords = alternatives.stream().flatMap(Set::stream).collect(Collectors.toSet());
    var matches = new ArrayList<Match>();
    for (var book : books.subList(0, Math.min(books.size(), LIMIT))) {
      matches.add(new Match(book, matches.size() < exactMatches ? exactWords : allWords));
    }
    boolean corrected = exactMatches == 0 && !books.isEmpty();
    return new Found(
        "search " + words.stream().sorted().collect(Collectors.joining(" ")),
        matches,
        books.size(),
        corrected ? wordsOf(books.get(0), alternatives) : "");
  }

  /** Returns the words that a word of a query can stand for, the word itself first. */
  private Set<String> alternatives(String word, int maxEdits) {
    int length = Text.length(word);
    var alternatives = new LinkedHashSet<>(Set.of(word));
    if (length > MAX_EXPANDED_LENGTH) {
      return alternatives;
    }
    if (length >= MIN_COMPLETED_LENGTH) {
      alternatives.addAll(index.startingWith(word));
    }
    int edits = Math.min(maxEdits, length < 4 ? 0 : length < 7 ? 1 : 2);
    // Another number, such as 1981 for 1984, is not a spelling variant.
    if (edits > 0 && word.codePoints().noneMatch(Character::isDigit)) {
      alternatives.addAll(index.spelledLike(word, edits));
    }
    return alternatives;
  }

  /** Returns the first alternative of each word that the book has; empty if that is too long. */
  private static String wordsOf(Book book, List<Set<String>> alternatives) {
    var text = book.title() + '\n' + book.author() + '\n' + book.description();
    var words =
        WordAnalyzer.FOR_BOOKS.words(text).stream().map(Word::text).collect(Collectors.toSet());
    var query =
        alternatives.stream()
            .map(word -> word.stream().filter(words::contains).findFirst().orElseThrow())
            .distinct()
            .collect(Collectors.joining(" "));
    return Text.length(query) <= MAX_QUERY ? query : "";
  }

  /**
   * Returns the books that are most similar to the given one, without it, most similar first: books
   * of the same author, of the same category, or with the same words in title and description.
   * Rarer words count more. Equally similar books are ordered by length of title, then by title,
   * then by id.
   *
   * @param maxResults the maximum number of books, 0 or more; 0 means {@link #DEFAULT_SIMILAR}, and
   *     more than {@link #MAX_SIMILAR} means {@link #MAX_SIMILAR}
   * @throws RejectedRequestException INVALID if {@code maxResults} is negative
   */
  public List<Book> similarTo(Book book, int maxResults) {
    if (maxResults < 0) {
      throw RejectedRequestException.invalid("max_results must be 0 or more, but is " + maxResults);
    }
    int limit = maxResults == 0 ? DEFAULT_SIMILAR : Math.min(maxResults, MAX_SIMILAR);
    return similar.get(new SimilarTo(book, limit), request -> findSimilar(book, limit));
  }

  private List<Book> findSimilar(Book book, int limit) {
    return index.similarTo(book, limit + 1).stream()
        .filter(other -> other.id() != book.id())
        .limit(limit)
        .toList();
  }
}
