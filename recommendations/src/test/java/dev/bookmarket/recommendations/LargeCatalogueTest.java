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
import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.runtime.JavaProcess;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the service with a large generated catalogue with that with the built-in books. Asserts
 * ratios only; {@code bench/long-forms} prints the absolute times for a million books.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LargeCatalogueTest {
  private static final int BOOKS = Integer.getInteger("books", 100_000);
  private static final int WARM_UP_ROUNDS = 4;
  private static final int ROUNDS = 7;

  @TempDir private static Path directory;
  private static Service builtIn;
  private static Service large;

  @BeforeAll
  static void start() throws IOException {
    var file = directory.resolve("large.csv");
    CatalogueGenerator.write(file, BOOKS);
    builtIn = Service.start(252, Map.of());
    large = Service.start(BOOKS, Map.of("CATALOGUE_FILE", file.toString()));
  }

  @AfterAll
  static void stop() {
    if (large != null) {
      large.stop();
    }
    if (builtIn != null) {
      builtIn.stop();
    }
  }

  @Test
  void serves_all_books() {
    var categories =
        large.stub().listCategories(ListCategoriesRequest.getDefaultInstance()).getCategoriesList();
    assertThat(categories.stream().mapToInt(category -> category.getBookCount()).sum())
        .isEqualTo(BOOKS);
    var last = large.stub().getBook(GetBookRequest.newBuilder().setId(BOOKS).build()).getBook();
    assertThat(large.search(last.getTitle() + " " + last.getDescription()).getBooksList())
        .contains(last);
  }

  @Test
  void searches_at_most_5_times_as_slowly_as_with_252_books() {
    var queries = queries(builtIn, 500);
    assertAtMost(5, "searches", (service, round) -> percentile99(queries, service::search));
  }

  @Test
  void finds_similar_books_at_most_5_times_as_slowly_as_with_252_books() {
    // Another number of results in each round, because the service caches the results.
    assertAtMost(
        5,
        "similar books",
        (service, round) ->
            percentile99(service.someIds(), id -> service.similarTo(id, 10 + round)));
  }

  @Test
  void recommends_at_most_5_times_as_slowly_as_with_252_books() {
    var categories =
        IntStream.range(0, 2_000).mapToObj(i -> BookCategory.forNumber(i % 14)).toList();
    assertAtMost(
        5, "recommendations", (service, round) -> percentile99(categories, service::recommend));
  }

  /** Measures both in turns, so that other load on the machine affects both; compares medians. */
  private static void assertAtMost(
      int times, String what, ToLongBiFunction<Service, Integer> measure) {
    var few = new long[ROUNDS];
    var many = new long[ROUNDS];
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      few[Math.max(round, 0)] = measure.applyAsLong(builtIn, round);
      many[Math.max(round, 0)] = measure.applyAsLong(large, round);
    }
    System.out.printf(
        Locale.ROOT,
        "99th percentiles of %s in µs, with 252 books %s, with %d %s; ratio of the medians %.2f%n",
        what,
        Arrays.toString(few),
        BOOKS,
        Arrays.toString(many),
        (double) median(many) / median(few));
    assertThat(median(many)).isLessThanOrEqualTo(times * median(few));
  }

  /**
   * Returns typical queries: titles, authors, both, single words, several words of different books
   * (which are common, but rarely together), the most common words, words that no book has,
   * beginnings of words and misspelled words.
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
              return switch (i % 12) {
                case 0 -> any(common, random);
                case 1 -> any(common, random) + " " + any(common, random);
                case 2 -> book.getTitle();
                case 3 -> book.getAuthor();
                case 4 -> book.getTitle() + " " + book.getAuthor();
                case 5 -> any(words, random);
                case 6, 7 -> any(words, random) + " " + any(words, random);
                case 8 -> any(common, random) + " " + any(words, random);
                case 9 -> any(words, random) + " xyzzy";
                case 10 -> start(any(words, random));
                default -> misspelled(book.getAuthor());
              };
            })
        .toList();
  }

  private static String start(String word) {
    return word.substring(0, Math.min(4, word.length()));
  }

  private static String misspelled(String name) {
    return name.replaceAll("(\\w{3})\\w(\\w+)", "$1$2");
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static <T> long percentile99(List<T> requests, Consumer<T> call) {
    var micros = new long[requests.size()];
    for (int i = 0; i < micros.length; i++) {
      long start = System.nanoTime();
      call.accept(requests.get(i));
      micros[i] = (System.nanoTime() - start) / 1_000;
    }
    Arrays.sort(micros);
    return micros[micros.length * 99 / 100];
  }

  private static long median(long[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }

  /** The service in its own process. */
  private record Service(JavaProcess process, ManagedChannel channel, int books) {
    static Service start(int books, Map<String, String> variables) {
      var all = new HashMap<>(variables);
      all.putAll(Map.of("RECOMMENDATIONS_PORT", "0", "DRAIN_MS", "0"));
      long start = System.nanoTime();
      var process = JavaProcess.start(RecommendationsMain.class, all, List.of("-Xmx2g"));
      var port = Integer.parseInt(process.awaitOutput("port=(\\d+) Serving gRPC").group(1));
      System.out.printf(
          Locale.ROOT,
          "%d books are served %d ms after the start%n",
          books,
          (System.nanoTime() - start) / 1_000_000);
      var channel =
          Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
              .build();
      return new Service(process, channel, books);
    }

    /** Returns 252 ids, evenly distributed over the catalogue. */
    List<Integer> someIds() {
      return IntStream.range(0, 252).mapToObj(i -> 1 + i * (books / 252)).toList();
    }

    CatalogueServiceBlockingStub stub() {
      return CatalogueServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    SearchBooksResponse search(String query) {
      return stub().searchBooks(SearchBooksRequest.newBuilder().setQuery(query).build());
    }

    ListSimilarBooksResponse similarTo(int id, int maxResults) {
      return stub()
          .listSimilarBooks(
              ListSimilarBooksRequest.newBuilder().setId(id).setMaxResults(maxResults).build());
    }

    RecommendationResponse recommend(BookCategory category) {
      return RecommendationsGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .recommend(
              RecommendationRequest.newBuilder().setCategory(category).setMaxResults(3).build());
    }

    List<Book> list(String slug) {
      return stub()
          .listBooks(ListBooksRequest.newBuilder().setCategory(slug).setPageSize(100).build())
          .getBooksList();
    }

    void stop() {
      channel.shutdownNow();
      process.close();
    }
  }
}
