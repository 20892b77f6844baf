package dev.bookmarket.recommendations;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generates catalogues of any size, always the same for the same size: the built-in books and
 * invented books. The 200,000 words of the invented books are distributed as in English: the n-th
 * most frequent word occurs about 1/n as often as the first (Zipf's law). The words of the built-in
 * books are the most frequent ones, so that queries of those words find many books in both.
 */
final class CatalogueGenerator {
  private static final int WORDS = 200_000;
  private static final int FIRST_NAMES = 3_000;
  private static final int LAST_NAMES = 60_000;
  private static final String[] SYLLABLES =
      ("ba be bo bri ca ce cho da de di dra el en fa fi fo gra ha hel in ja jo ka ke kri la le lo"
              + " lu ma me mi mo na ne ni no o pa pe pra qui ra re ri ro sa se sha si ste ta te ti to"
              + " tra u va ve vi wa we wi xe ya zo")
          .split(" ");

  private final Random random = new Random(252);
  private final List<Book> builtIn = List.copyOf(CatalogueFile.builtIn().books());
  private final List<String> words = words(book -> book.title() + " " + book.description(), WORDS);
  private final List<String> firstNames = invented(FIRST_NAMES);
  private final List<String> lastNames = words(Book::author, LAST_NAMES);

  private CatalogueGenerator() {}

  /** Writes a file: the arguments are its path and the number of books. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
  }

  /** Writes a file of that many books (252 or more), about 180 bytes per book. */
  static void write(Path file, int books) throws IOException {
    var generator = new CatalogueGenerator();
    try (var out = Files.newBufferedWriter(file)) {
      out.write("id,title,author,year,category,price_cents,description\n");
      for (var book : generator.builtIn) {
        generator.writeBook(out, book);
      }
      for (int id = generator.builtIn.size() + 1; id <= books; id++) {
        generator.writeBook(out, generator.invent(id));
      }
    }
  }

  private Book invent(int id) {
    var categories = Category.values();
    return new Book(
        id,
        sentence(1 + random.nextInt(6) + random.nextInt(2)),
        firstNames.get(zipf(FIRST_NAMES)) + " " + lastNames.get(zipf(lastNames.size())),
        1800 + random.nextInt(225),
        categories[random.nextInt(categories.length)],
        500 + random.nextInt(3000),
        sentence(12 + random.nextInt(12)) + ".");
  }

  private void writeBook(Writer out, Book book) throws IOException {
    var fields =
        List.of(
            String.valueOf(book.id()),
            quoted(book.title()),
            quoted(book.author()),
            String.valueOf(book.year()),
            book.category().slug(),
            String.valueOf(book.priceCents()),
            quoted(book.description()));
    out.write(String.join(",", fields) + "\n");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private String sentence(int length) {
    var sentence = new StringBuilder();
    for (int i = 0; i < length; i++) {
      sentence.append(i == 0 ? "" : " ").append(words.get(zipf(words.size())));
    }
    sentence.setCharAt(0, Character.toUpperCase(sentence.charAt(0)));
    return sentence.toString();
  }

  /**
   * Returns a random number from 0 to {@code count} - 1: n with a probability in proportion to
   * ln((n + 2) / (n + 1)), which is about 1/n.
   */
  private int zipf(int count) {
    return (int) Math.exp(random.nextDouble() * Math.log(count + 1)) - 1;
  }

  /**
   * Returns the words of the built-in books, most frequent first, then invented ones: so many in
   * all.
   */
  private List<String> words(Function<Book, String> text, int count) {
    var frequencies =
        builtIn.stream()
            .flatMap(
                book ->
                    Arrays.stream(
                        text.apply(book).toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}']+")))
            .filter(word -> !word.isEmpty())
            .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
    var known =
        frequencies.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey);
    return Stream.concat(known, invented(count).stream()).distinct().limit(count).toList();
  }

  private List<String> invented(int count) {
    var invented = new HashSet<String>();
    return Stream.generate(this::inventedWord).filter(invented::add).limit(count).toList();
  }

  private String inventedWord() {
    return IntStream.range(0, 2 + random.nextInt(3))
        .mapToObj(i -> SYLLABLES[random.nextInt(SYLLABLES.length)])
        .collect(Collectors.joining());
  }
}
