package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.BookMatch;
import dev.bookmarket.protobufs.catalogue.v1.BookOrder;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceBlockingStub;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.TextRange;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueEndpointTest {
  private static final String NOT_THIS_LIST =
      "page_token is not one of this list's; leave it empty for the first page";

  private static final BookCatalogue BUILT_IN = CatalogueFile.builtIn();

  /** Two replicas of the same catalogue, and a catalogue of one book. */
  private static ServedInProcess service;

  private static ServedInProcess replica;
  private static ServedInProcess oneBook;
  private static CatalogueServiceBlockingStub stub;

  @BeforeAll
  static void serve() {
    service = ServedInProcess.of(RecommendationsMain.endpoints(BUILT_IN));
    replica = ServedInProcess.of(RecommendationsMain.endpoints(CatalogueFile.builtIn()));
    oneBook =
        ServedInProcess.of(
            RecommendationsMain.endpoints(
                Books.catalogue(
                    new Book(
                        7, "Émile", "J.-J. R.", -380, Category.PHILOSOPHY, 0, "On – education"))));
    stub = CatalogueServiceGrpc.newBlockingStub(service.channel());
  }

  @AfterAll
  static void stop() {
    service.close();
    replica.close();
    oneBook.close();
  }

  @Test
  void lists_the_categories_in_the_order_of_the_shop_with_their_counts() {
    var categories =
        stub.listCategories(ListCategoriesRequest.getDefaultInstance()).getCategoriesList();
    assertThat(categories)
        .extracting(c -> c.getSlug() + "/" + c.getName() + "/" + c.getBookCount())
        .containsExactlyElementsOf(
            BUILT_IN.categories().stream()
                .map(c -> c.slug() + "/" + c.displayName() + "/" + BUILT_IN.books(c).size())
                .toList());
  }

  @Test
  void does_not_list_a_category_without_books() {
    var categories =
        CatalogueServiceGrpc.newBlockingStub(oneBook.channel())
            .listCategories(ListCategoriesRequest.getDefaultInstance())
            .getCategoriesList();
    assertThat(categories).extracting(c -> c.getSlug()).containsExactly("philosophy");
  }

  @Test
  void returns_every_field_of_a_book_and_its_category() {
    var response =
        CatalogueServiceGrpc.newBlockingStub(oneBook.channel())
            .getBook(GetBookRequest.newBuilder().setId(7).build());
    var book = response.getBook();
    assertThat(book.getId()).isEqualTo(7);
    assertThat(book.getTitle()).isEqualTo("Émile");
    assertThat(book.getAuthor()).isEqualTo("J.-J. R.");
    assertThat(book.getYear()).isEqualTo(-380);
    assertThat(book.getCategory()).isEqualTo("philosophy");
    assertThat(book.getPriceCents()).isZero();
    assertThat(book.getDescription()).isEqualTo("On – education");
    assertThat(response.getCategory().getName()).isEqualTo("Philosophy");
    assertThat(response.getCategory().getBookCount()).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 253, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void rejects_ids_of_books_that_do_not_exist(int id) {
    assertRejected(
        () -> stub.getBook(GetBookRequest.newBuilder().setId(id).build()),
        Status.Code.NOT_FOUND,
        "Book not found");
  }

  @Test
  void returns_several_books_once_each_in_the_order_of_the_request() {
    assertThat(batch(List.of(9, 1, 252, 1))).containsExactly(book(9), book(1), book(252));
    assertThat(batch(List.of())).isEmpty();
  }

  @Test
  void omits_books_that_do_not_exist_from_several_books() {
    assertThat(batch(List.of(0, 9, -1, 253, 1, Integer.MAX_VALUE, Integer.MIN_VALUE)))
        .containsExactly(book(9), book(1));
  }

  @Test
  void limits_the_number_of_several_books() {
    var ids = IntStream.rangeClosed(1, 100).boxed().toList();
    assertThat(batch(ids)).extracting(book -> book.getId()).isEqualTo(ids);
    assertRejected(
        () -> batch(IntStream.rangeClosed(1, 101).boxed().toList()),
        Status.Code.INVALID_ARGUMENT,
        "ids must have at most 100 elements, but has 101");
    assertRejected(
        () -> batch(Collections.nCopies(101, 1)),
        Status.Code.INVALID_ARGUMENT,
        "ids must have at most 100 elements, but has 101");
  }

  @Test
  void lists_all_books_of_a_category_ordered_by_title_page_by_page() {
    var titles = new ArrayList<String>();
    var token = "";
    ListBooksResponse page;
    do {
      page = list("mystery", 5, token);
      assertThat(page.getOffset()).isEqualTo(titles.size());
      page.getBooksList().forEach(book -> titles.add(book.getTitle()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(titles)
        .hasSize(page.getCategory().getBookCount())
        .isSortedAccordingTo(
            Comparator.comparing((String title) -> title.toLowerCase(Locale.ROOT)));
  }

  @Test
  void lists_by_title_by_default() {
    assertThat(list("mystery", BookOrder.BOOK_ORDER_TITLE, ""))
        .isEqualTo(list("mystery", BookOrder.BOOK_ORDER_UNSPECIFIED, ""));
  }

  @ParameterizedTest
  @EnumSource(
      value = BookOrder.class,
      names = {"BOOK_ORDER_AUTHOR", "BOOK_ORDER_YEAR", "BOOK_ORDER_PRICE"})
  void pages_through_all_books_of_a_category_in_the_requested_order(BookOrder order) {
    var books = new ArrayList<dev.bookmarket.protobufs.catalogue.v1.Book>();
    var token = "";
    ListBooksResponse page;
    do {
      page = list("mystery", order, token);
      assertThat(page.getOffset()).isEqualTo(books.size());
      books.addAll(page.getBooksList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(books)
        .hasSize(page.getCategory().getBookCount())
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(
            switch (order) {
              case BOOK_ORDER_AUTHOR -> Comparator.comparing(book -> book.getAuthor());
              case BOOK_ORDER_YEAR -> Comparator.comparing(book -> -book.getYear());
              default -> Comparator.comparing(book -> book.getPriceCents());
            });
  }

  @Test
  void rejects_the_token_of_another_order() {
    var token = list("mystery", BookOrder.BOOK_ORDER_AUTHOR, "").getNextPageToken();
    for (var other : List.of(BookOrder.BOOK_ORDER_UNSPECIFIED, BookOrder.BOOK_ORDER_YEAR)) {
      assertRejected(
          () -> list("mystery", other, token), Status.Code.INVALID_ARGUMENT, NOT_THIS_LIST);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MAX_VALUE})
  void rejects_an_unknown_order(int order) {
    var request = ListBooksRequest.newBuilder().setCategory("mystery").setOrderValue(order).build();
    assertRejected(
        () -> stub.listBooks(request),
        Status.Code.INVALID_ARGUMENT,
        "order must be a number of BookOrder, but is " + order);
  }

  @Test
  void returns_to_the_previous_page_of_a_list() {
    var first = list("mystery", 5, "");
    var second = list("mystery", 5, first.getNextPageToken());
    assertThat(first.getPreviousPageToken()).isEmpty();
    assertThat(list("mystery", 5, second.getPreviousPageToken())).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cookery", "Mystery", "MYSTERY", "mystery "})
  void rejects_a_category_that_does_not_exist(String slug) {
    assertRejected(() -> list(slug, 0, ""), Status.Code.NOT_FOUND, "Category not found");
  }

  @Test
  void rejects_a_category_without_books() {
    var request = ListBooksRequest.newBuilder().setCategory("mystery").build();
    assertRejected(
        () -> CatalogueServiceGrpc.newBlockingStub(oneBook.channel()).listBooks(request),
        Status.Code.NOT_FOUND,
        "Category not found");
  }

  @Test
  void rejects_a_negative_page_size_of_a_list() {
    assertRejected(
        () -> list("mystery", -1, ""),
        Status.Code.INVALID_ARGUMENT,
        "page_size must be 0 or more, but is -1");
  }

  @Test
  void rejects_the_token_of_another_category() {
    var token = list("mystery", 5, "").getNextPageToken();
    assertRejected(() -> list("horror", 5, token), Status.Code.INVALID_ARGUMENT, NOT_THIS_LIST);
  }

  @Test
  void rejects_the_token_of_a_search_in_a_list() {
    var token = search("the", 1, "").getNextPageToken();
    assertRejected(() -> list("mystery", 1, token), Status.Code.INVALID_ARGUMENT, NOT_THIS_LIST);
  }

  @Test
  void lists_the_most_similar_books() {
    var orientExpress = ListSimilarBooksRequest.newBuilder().setId(2).build();
    var similar = stub.listSimilarBooks(orientExpress).getBooksList();
    assertThat(similar).hasSize(6);
    assertThat(similar.get(0)).isEqualTo(book(10));
    assertThat(similar).extracting(book -> book.getId()).doesNotContain(2);
    assertThat(similar).extracting(book -> book.getCategory()).contains("mystery");
  }

  @Test
  void limits_the_number_of_similar_books() {
    var request = ListSimilarBooksRequest.newBuilder().setId(2).setMaxResults(3).build();
    assertThat(stub.listSimilarBooks(request).getBooksList()).hasSize(3);
  }

  @Test
  void rejects_a_negative_number_of_similar_books() {
    var request = ListSimilarBooksRequest.newBuilder().setId(2).setMaxResults(-1).build();
    assertRejected(
        () -> stub.listSimilarBooks(request),
        Status.Code.INVALID_ARGUMENT,
        "max_results must be 0 or more, but is -1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 253})
  void rejects_similar_books_of_a_book_that_does_not_exist(int id) {
    assertRejected(
        () -> stub.listSimilarBooks(ListSimilarBooksRequest.newBuilder().setId(id).build()),
        Status.Code.NOT_FOUND,
        "Book not found");
  }

  @Test
  void searches_title_author_and_description() {
    assertThat(search("adams earth", 0, "").getBooksList())
        .extracting(book -> book.getTitle())
        .containsExactly("The Hitchhiker's Guide to the Galaxy");
  }

  @Test
  void pages_through_search_results() {
    var ids = new ArrayList<Integer>();
    var token = "";
    SearchBooksResponse page;
    do {
      page = search("the", 24, token);
      assertThat(page.getOffset()).isEqualTo(ids.size());
      page.getBooksList().forEach(book -> ids.add(book.getId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(ids).doesNotHaveDuplicates().hasSize(page.getTotalSize()).hasSizeGreaterThan(48);
  }

  @Test
  void reports_where_each_book_matches() {
    var response = search("agatha christie", 0, "");
    assertThat(response.getMatchesCount()).isEqualTo(response.getBooksCount()).isGreaterThan(1);
    assertThat(response.getCorrectedQuery()).isEmpty();
    for (var match : response.getMatchesList()) {
      assertThat(match.getTitleList()).isEmpty();
      assertThat(match.getAuthorList()).containsExactly(range(0, 6), range(7, 15));
      assertThat(match.getDescriptionList()).isEmpty();
    }
  }

  @Test
  void reports_the_corrected_query() {
    var response = search("agatha cristie", 0, "");
    assertThat(response.getCorrectedQuery()).isEqualTo("agatha christie");
    assertThat(response.getBooksList()).isEqualTo(search("agatha christie", 0, "").getBooksList());
    assertThat(response.getMatchesList())
        .isEqualTo(search("agatha christie", 0, "").getMatchesList());
  }

  @Test
  void reports_ranges_of_every_text_in_code_points() {
    var request = SearchBooksRequest.newBuilder().setQuery("emile education R").build();
    var response = CatalogueServiceGrpc.newBlockingStub(oneBook.channel()).searchBooks(request);
    assertThat(response.getMatchesList())
        .containsExactly(
            BookMatch.newBuilder()
                .addTitle(range(0, 5))
                .addAuthor(range(6, 7))
                .addDescription(range(5, 14))
                .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"story", "stor", "stroy"})
  void pages_through_the_first_1000_results_only(String query) {
    var many = RecommendationsMain.endpoints(new BookCatalogue(Books.stories(1010)));
    try (var served = ServedInProcess.of(many)) {
      var stories = CatalogueServiceGrpc.newBlockingStub(served.channel());
      var request = SearchBooksRequest.newBuilder().setQuery(query).setPageSize(100);
      int seen = 0;
      SearchBooksResponse page;
      do {
        page = stories.searchBooks(request.build());
        seen += page.getBooksCount();
        request.setPageToken(page.getNextPageToken());
      } while (!page.getNextPageToken().isEmpty());
      assertThat(seen).isEqualTo(1000);
      assertThat(page.getTotalSize()).isEqualTo(1001);
    }
  }

  @Test
  void accepts_the_token_of_another_replica() {
    var other = CatalogueServiceGrpc.newBlockingStub(replica.channel());
    var request =
        SearchBooksRequest.newBuilder()
            .setQuery("the")
            .setPageToken(search("the", 24, "").getNextPageToken())
            .build();
    assertThat(other.searchBooks(request)).isEqualTo(stub.searchBooks(request));
  }

  @Test
  void rejects_the_token_of_another_query() {
    var token = search("the", 5, "").getNextPageToken();
    assertRejected(() -> search("of", 5, token), Status.Code.INVALID_ARGUMENT, NOT_THIS_LIST);
  }

  @Test
  void accepts_the_token_of_a_query_with_the_same_words() {
    var token = search("The  OF", 5, "").getNextPageToken();
    assertThat(search("of the", 5, token).getOffset()).isEqualTo(5);
  }

  @Test
  void finds_nothing_for_an_unknown_word() {
    assertThat(search("xyzzy", 0, "")).isEqualTo(SearchBooksResponse.getDefaultInstance());
  }

  @Test
  void rejects_a_blank_query() {
    assertRejected(
        () -> search(" ", 0, ""), Status.Code.INVALID_ARGUMENT, "query must not be blank");
  }

  @Test
  void rejects_a_query_of_more_than_200_characters() {
    assertRejected(
        () -> search("x".repeat(201), 0, ""),
        Status.Code.INVALID_ARGUMENT,
        "query must have at most 200 characters, but has 201");
  }

  @Test
  void rejects_a_negative_page_size_of_a_search() {
    assertRejected(
        () -> search("the", -5, ""),
        Status.Code.INVALID_ARGUMENT,
        "page_size must be 0 or more, but is -5");
  }

  private static TextRange range(int start, int end) {
    return TextRange.newBuilder().setStart(start).setEnd(end).build();
  }

  private static dev.bookmarket.protobufs.catalogue.v1.Book book(int id) {
    return stub.getBook(GetBookRequest.newBuilder().setId(id).build()).getBook();
  }

  private static List<dev.bookmarket.protobufs.catalogue.v1.Book> batch(List<Integer> ids) {
    return stub.batchGetBooks(BatchGetBooksRequest.newBuilder().addAllIds(ids).build())
        .getBooksList();
  }

  private static ListBooksResponse list(String slug, int pageSize, String token) {
    return stub.listBooks(
        ListBooksRequest.newBuilder()
            .setCategory(slug)
            .setPageSize(pageSize)
            .setPageToken(token)
            .build());
  }

  private static ListBooksResponse list(String slug, BookOrder order, String token) {
    return stub.listBooks(
        ListBooksRequest.newBuilder()
            .setCategory(slug)
            .setOrder(order)
            .setPageSize(5)
            .setPageToken(token)
            .build());
  }

  private static SearchBooksResponse search(String query, int pageSize, String token) {
    return stub.searchBooks(
        SearchBooksRequest.newBuilder()
            .setQuery(query)
            .setPageSize(pageSize)
            .setPageToken(token)
            .build());
  }

  private static void assertRejected(ThrowingCallable call, Status.Code code, String description) {
    var exception = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(List.of(exception.getStatus().getCode(), exception.getStatus().getDescription()))
        .containsExactly(code, description);
  }
}
