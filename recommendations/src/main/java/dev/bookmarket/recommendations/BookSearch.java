package dev.bookmarket.recommendations;

import dev.bookmarket.recommendations.WordIndex.Part;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizerImpl;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.CharTermAttributeImpl;

/**
 * Finds books by the words of their title, author and description, and those that are like one:
 * fixed when it is made; safe for concurrent readers.
 *
 * <p>Words are what Unicode's rules make of a text (UAX 29, as Lucene's StandardTokenizer does it;
 * in Chinese and Japanese mostly single characters), without regard to case and accents.
 * Apostrophes and full stops inside a word may be left out or be blanks: "Ender's" is found by
 * "ender's", "enders" and "ender". There is no query syntax: whatever a visitor types is text.
 */
public final class BookSearch {
  /** How many of the books that match can be had. */
  public static final int LIMIT = 1000;

  /** The longest query, in Unicode code points. */
  public static final int MAX_QUERY = 200;

  /** How many similar books are found where the caller does not say. */
  public static final int DEFAULT_SIMILAR = 6;

  /** The most similar books that are found, however many the caller wants. */
  public static final int MAX_SIMILAR = 24;

  private final List<Book> books;
  private final WordIndex index;

  /**
   * What a query finds.
   *
   * @param name tells this list from those of other queries; queries of the same words have the
   *     same
   * @param books the first {@link #LIMIT} books that match, best match first
   * @param total how many books match: exact up to {@link #LIMIT}, one more where there are more
   */
  public record Found(String name, List<Book> books, int total) {}

  /** A search over all books of a catalogue. */
  public BookSearch(BookCatalogue catalogue) {
    // The index answers in this order. A title that is hardly more than the query is the better
    // match.
    books =
        catalogue.books().stream()
            .sorted(Comparator.comparingInt(book -> book.title().length()))
            .toList();
    index = indexOf(books);
  }

  /**
   * The books that have every word of the query in their title, author or description: those that
   * have them all in the title first, then those that have them all in the author, then the others;
   * among these, shorter titles first, then by title, then by id. A query without any word finds
   * nothing.
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
    var words = wordsOf(query);
    int[] numbers = index.find(words, LIMIT + 1);
    return new Found(
        "search " + String.join(" ", words),
        new Numbered(books, numbers, Math.min(numbers.length, LIMIT)),
        numbers.length);
  }

  /**
   * The books most like that one, and never that one, most similar first: those of the same author,
   * of the same category, or with the same words in title and description, of which the rarer ones
   * count more. Among the equally similar, shorter titles come first, then by title, then by id.
   *
   * @param maxResults how many are wanted, 0 or more; 0 means {@link #DEFAULT_SIMILAR}, and more
   *     than {@link #MAX_SIMILAR} means that
   * @throws RejectedRequestException INVALID if {@code maxResults} is negative
   */
  public List<Book> similarTo(Book book, int maxResults) {
    if (maxResults < 0) {
      throw RejectedRequestException.invalid("max_results must be 0 or more, but is " + maxResults);
    }
    int limit = maxResults == 0 ? DEFAULT_SIMILAR : Math.min(maxResults, MAX_SIMILAR);
    var words = wordsOf(book.title());
    words.addAll(wordsOf(book.description()));
    var alike = index.findAlike(words, wordsOf(book.author()), book.category().slug(), limit + 1);
    return Arrays.stream(alike)
        .mapToObj(books::get)
        .filter(other -> other.id() != book.id())
        .limit(limit)
        .toList();
  }

  private static Set<String> wordsOf(String text) {
    var words = new TreeSet<String>();
    new Words().of(text, words::add, part -> {});
    return words;
  }

  private static WordIndex indexOf(List<Book> books) {
    var builder = new WordIndex.Builder();
    var words = new Words();
    for (var book : books) {
      builder.nextBook(book.category().slug());
      index(words, book.title(), Part.TITLE, builder);
      index(words, book.author(), Part.AUTHOR, builder);
      index(words, book.description(), Part.DESCRIPTION, builder);
    }
    return builder.build();
  }

  private static void index(Words words, String text, Part part, WordIndex.Builder builder) {
    Consumer<String> add = word -> builder.add(word, part);
    words.of(text, add, add);
  }

  /**
   * Some of the books by their numbers, looked up when they are asked for: a page needs few of
   * them.
   */
  private static final class Numbered extends AbstractList<Book> implements RandomAccess {
    private final List<Book> books;
    private final int[] numbers;
    private final int size;

    Numbered(List<Book> books, int[] numbers, int size) {
      this.books = books;
      this.numbers = numbers;
      this.size = size;
    }

    @Override
    public Book get(int index) {
      return books.get(numbers[index]);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** Takes texts apart; for one thread. */
  private static final class Words {
    /**
     * The accents of Latin, Greek and Cyrillic; the marks of other scripts are part of their words.
     */
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

    /** Can be left out of a word that has it inside, such as "Ender's" and "J.R.R". */
    private static final Pattern INSIDE = Pattern.compile("['.]+");

    /**
     * Not part of any word, though the tokenizer leaves some of it inside one, such as "802,701".
     */
    private static final Pattern DIVIDING = Pattern.compile("[^\\p{L}\\p{M}\\p{N}'.]+");

    // The bare scanner: the token stream around it would be a third of the time that a million
    // books take to load.
    private final StandardTokenizerImpl scanner = new StandardTokenizerImpl(Reader.nullReader());
    private final CharTermAttribute term = new CharTermAttributeImpl();

    /**
     * Gives every word of the text, without apostrophes and full stops inside it, to {@code words},
     * and what those divide to {@code parts}.
     */
    void of(String text, Consumer<String> words, Consumer<String> parts) {
      try {
        scanner.yyreset(new StringReader(folded(text)));
        while (scanner.getNextToken() != StandardTokenizerImpl.YYEOF) {
          scanner.getText(term);
          var token = term.toString();
          if (isPlain(token)) {
            words.accept(token);
          } else {
            takeApart(token, words, parts);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("reading a string does not fail", e);
      }
    }

    private static void takeApart(String token, Consumer<String> words, Consumer<String> parts) {
      for (var word : DIVIDING.split(token, -1)) {
        var whole = INSIDE.matcher(word).replaceAll("");
        // Nothing is left of an emoji, which is a token too.
        if (!whole.isEmpty()) {
          words.accept(whole);
          INSIDE.splitAsStream(word).filter(part -> !part.isEmpty()).forEach(parts);
        }
      }
    }

    private static String folded(String text) {
      if (isAscii(text)) {
        return text.toLowerCase(Locale.ROOT);
      }
      var decomposed = Text.normalize(text, Normalizer.Form.NFKD);
      var plain =
          Normalizer.normalize(ACCENTS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC)
              .toLowerCase(Locale.ROOT)
              // The one lower-case letter that depends on its place in the word.
              .replace('ς', 'σ')
              // The apostrophe that Unicode has as a letter.
              .replace('ʼ', '\'')
              .toCharArray();
      var ascii = new char[4 * plain.length];
      int length = ASCIIFoldingFilter.foldToASCII(plain, 0, ascii, 0, plain.length);
      return new String(ascii, 0, length);
    }

    // Loops and not streams: these two look at every character of the catalogue.
    private static boolean isAscii(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= 0x80) {
          return false;
        }
      }
      return true;
    }

    private static boolean isPlain(String token) {
      for (int i = 0; i < token.length(); i++) {
        if (!Character.isLetterOrDigit(token.charAt(i))) {
          return false;
        }
      }
      return true;
    }
  }
}
