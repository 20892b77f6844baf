package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.catalogue.v1.Book;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceBlockingStub;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service with a million books and 2 GB of heap, beside the one with the built-in books. */
@Tag("slow")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class MillionBooksTest {
  private static final int BOOKS = 1_000_000;
  private static final int ROUNDS = 9;

  @TempDir private static Path directory;
  private static Service builtIn;
  private static Service million;

  @BeforeAll
  static void start() throws IOException {
    var file = directory.resolve("million.csv");
    CatalogueGenerator.write(file, BOOKS);
    builtIn = Service.start(Map.of());
    million = Service.start(Map.of("CATALOGUE_FILE", file.toString()));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (million != null) {
      million.stop();
    }
    if (builtIn != null) {
      builtIn.stop();
    }
  }

  @Test
  void loads_in_less_than_a_minute() {
    System.out.printf(
        "A million books are served %d s after the start%n", million.start().toSeconds());
    assertThat(million.start()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void serves_all_of_them() {
    var categories =
        million
            .stub()
            .listCategories(ListCategoriesRequest.getDefaultInstance())
            .getCategoriesList();
    assertThat(categories.stream().mapToInt(category -> category.getBookCount()).sum())
        .isEqualTo(BOOKS);
    var last = million.stub().getBook(GetBookRequest.newBuilder().setId(BOOKS).build()).getBook();
    assertThat(million.search(last.getTitle() + " " + last.getDescription()).getBooksList())
        .contains(last);
  }

  @Test
  void answers_searches_at_most_5_times_as_slowly_as_with_252_books() {
    var queries = queries(builtIn, 1_000);
    for (int i = 0; i < 4; i++) {
      percentile99(builtIn, queries);
      percentile99(million, queries);
    }
    // Turn and turn about, and medians: a noisy moment of the machine then hits both, or neither.
    var few = new long[ROUNDS];
    var many = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      few[round] = percentile99(builtIn, queries);
      many[round] = percentile99(million, queries);
    }
    System.out.printf(
        "99th percentiles of searches in µs, with 252 books %s, with a million %s%n",
        Arrays.toString(few), Arrays.toString(many));
    assertThat(median(many)).isLessThanOrEqualTo(5 * median(few));
  }

  /** 250 ms is the deadline of the page that asks. */
  @Test
  void finds_similar_books_within_the_deadline_of_a_page() {
    var micros = new long[500];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < micros.length; i++) {
        long start = System.nanoTime();
        million.similarTo(1 + i * (BOOKS / micros.length));
        micros[i] = (System.nanoTime() - start) / 1_000;
      }
    }
    Arrays.sort(micros);
    System.out.printf(
        "Similar books of a million, in µs: median %d, 99th percentile %d%n",
        micros[micros.length / 2], micros[micros.length * 99 / 100]);
    assertThat(Duration.ofNanos(1_000 * micros[micros.length * 99 / 100]))
        .isLessThan(Duration.ofMillis(250));
  }

  /**
   * What visitors type: titles, authors, both, single words, several words of different books
   * (which are common, but seldom together), the most common words of all, and words that no book
   * has.
   */
  private static List<String> queries(Service service, int count) {
    var books =
        service
            .stub()
            .listCategories(ListCategoriesRequest.getDefaultInstance())
            .getCategoriesList()
            .stream()
            .flatMap(category -> service.list(category.getSlug()).stream())
            .toList();
    var words =
        books.stream()
            .flatMap(
                book ->
                    Pattern.compile("\\W+")
                        .splitAsStream(book.getTitle() + " " + book.getDescription()))
            .toList();
    var common = List.of("the", "of", "and", "a", "in", "to");
    var random = new Random(99);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              var book = any(books, random);
              return switch (i % 10) {
                case 0 -> any(common, random);
                case 1 -> any(common, random) + " " + any(common, random);
                case 2 -> book.getTitle();
                case 3 -> book.getAuthor();
                case 4 -> book.getTitle() + " " + book.getAuthor();
                case 5 -> any(words, random);
                case 6, 7 -> any(words, random) + " " + any(words, random);
                case 8 -> any(common, random) + " " + any(words, random);
                default -> any(words, random) + " xyzzy";
              };
            })
        .toList();
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static long percentile99(Service service, List<String> queries) {
    var micros = new long[queries.size()];
    for (int i = 0; i < micros.length; i++) {
      long start = System.nanoTime();
      service.search(queries.get(i));
      micros[i] = (System.nanoTime() - start) / 1_000;
    }
    Arrays.sort(micros);
    return micros[micros.length * 99 / 100];
  }

  private static long median(long[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }

  /**
   * The service as its own process, and how long it took to be ready: by the clock or by the
   * processors, whichever is less, so that other work on the machine does not count.
   */
  private record Service(Process process, ManagedChannel channel, Duration start) {
    static Service start(Map<String, String> variables) throws IOException {
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      var builder =
          new ProcessBuilder(
              java,
              "-Xmx2g",
              "-cp",
              System.getProperty("java.class.path"),
              RecommendationsMain.class.getName());
      builder.redirectErrorStream(true).environment().putAll(variables);
      builder.environment().putAll(Map.of("RECOMMENDATIONS_PORT", "0", "DRAIN_MS", "0"));
      long start = System.nanoTime();
      var process = builder.start();
      int port = port(process.inputReader());
      var time = Duration.ofNanos(System.nanoTime() - start);
      var work = process.info().totalCpuDuration().orElse(time);
      var channel =
          Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
              .build();
      return new Service(process, channel, work.compareTo(time) < 0 ? work : time);
    }

    private static int port(BufferedReader log) {
      return log.lines()
          .map(Pattern.compile("port=(\\d+) Serving gRPC")::matcher)
          .filter(line -> line.find())
          .mapToInt(line -> Integer.parseInt(line.group(1)))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("ended before it served"));
    }

    CatalogueServiceBlockingStub stub() {
      return CatalogueServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    SearchBooksResponse search(String query) {
      return stub().searchBooks(SearchBooksRequest.newBuilder().setQuery(query).build());
    }

    ListSimilarBooksResponse similarTo(int id) {
      return stub().listSimilarBooks(ListSimilarBooksRequest.newBuilder().setId(id).build());
    }

    List<Book> list(String slug) {
      return stub()
          .listBooks(ListBooksRequest.newBuilder().setCategory(slug).setPageSize(100).build())
          .getBooksList();
    }

    void stop() throws InterruptedException {
      channel.shutdownNow();
      process.destroy();
      process.waitFor();
    }
  }
}
