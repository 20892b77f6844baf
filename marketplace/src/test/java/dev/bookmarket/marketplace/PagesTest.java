package dev.bookmarket.marketplace;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.ReplicaName;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the response of every route for each behaviour of a backend, over HTTP and gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
public class PagesTest {
  @RegisterExtension private static final TestShop shop = TestShop.start();
  private static final ScriptedBackend backend = shop.catalogue();

  @Test
  void home_shows_suggestions_and_categories() {
    var home = get("/");

    assertThat(home.status()).isEqualTo(200);
    assertThat(home.header("Content-Type")).matches("(?i)text/html; ?charset=utf-8");
    assertThat(home.page().title()).isEqualTo("Online Books For You");
    assertThat(home.body().split("<li>", -1)).as("three bare list items").hasSize(4);
    assertThat(home.body()).contains("Title 1", "Author 3", "/categories/mystery");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/books/1",
        "/categories/mystery",
        "/categories/mystery?page=abc",
        "/categories/mystery?sort=",
        "/categories/mystery?sort=author&page=abc",
        "/search?q=title",
        "/search?q=title&page=abc",
        "/search?q=",
        "/search"
      })
  void every_other_page_returns_200(String path) {
    assertShopsPage(get(path), 200);
  }

  @Test
  void a_book_shows_similar_books() {
    assertThat(get("/books/7").page().select(".alike a").eachAttr("href"))
        .containsExactly(
            "/books/8", "/books/9", "/books/10", "/books/11", "/books/12", "/books/13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "UNIMPLEMENTED", "NOT_FOUND", "INTERNAL"})
  void a_book_is_shown_without_similar_books_after_any_failure(Status.Code code) {
    backend.failSimilarWith(code.toStatus().withDescription("secret"));

    var book = get("/books/7");

    assertShopsPage(book, 200);
    assertThat(book.page().select("h1").text()).isEqualTo("Title 7");
    assertThat(book.page().select(".buy button")).hasSize(1);
    assertThat(book.page().select(".alike, [role=status]")).isEmpty();
    assertThat(book.body()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "'', BOOK_ORDER_TITLE",
    "?sort=title, BOOK_ORDER_TITLE",
    "?sort=author, BOOK_ORDER_AUTHOR",
    "?sort=year, BOOK_ORDER_YEAR",
    "?sort=price, BOOK_ORDER_PRICE"
  })
  void requests_a_category_in_the_chosen_order(String query, String order) {
    var page = get("/categories/mystery" + query).page();

    assertThat(page.select(".book .blurb").eachText()).containsExactly(order);
    assertThat(page.select("nav.sort [aria-current]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cover", "AUTHOR", "title,author", "%20"})
  void an_unknown_sort_order_returns_400(String sort) {
    var page = get("/categories/mystery?sort=" + sort);

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("title, author, year or price");
  }

  @Test
  void health_and_readiness_return_plain_text() {
    assertThat(get("/healthz")).extracting("status", "body").containsExactly(200, "alive\n");
    assertThat(get("/readyz")).extracting("status", "body").containsExactly(200, "ready\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "INTERNAL", "PERMISSION_DENIED"})
  void home_shows_notices_after_any_failure(Status.Code code) {
    backend.failWith(code.toStatus().withDescription("secret"));

    var home = get("/");

    assertShopsPage(home, 200);
    assertThat(home.page().select("[role=status]")).hasSize(2);
    assertThat(home.body()).doesNotContain("<li>", "secret");
  }

  @Test
  void a_shop_without_mystery_books_shows_no_suggestions_and_no_notice() {
    backend.failWith(Status.NOT_FOUND.withDescription("Category not found"));

    var home = get("/");

    assertShopsPage(home, 200);
    assertThat(home.page().select("[data-missing=suggestions]")).isEmpty();
    assertThat(home.page().select(".none").text()).contains("There are no mystery books");
    assertThat(home.body()).doesNotContain("<li>");
  }

  @ParameterizedTest
  @CsvSource({
    "/books/1, Book not found",
    "/categories/mystery, Category not found",
    "/search?q=x, No such <thing>"
  })
  void a_missing_book_or_category_returns_404_with_a_message(String path, String message) {
    backend.failWith(Status.NOT_FOUND.withDescription("No such <thing>"));

    var page = get(path);

    assertShopsPage(page, 404);
    assertThat(page.page().select("h1").text()).isEqualTo(message);
  }

  @Test
  void a_missing_book_returns_404_without_a_message_of_the_backend() {
    backend.failWith(Status.NOT_FOUND);

    var page = get("/books/1");

    assertShopsPage(page, 404);
    assertThat(page.page().text()).doesNotContain("null");
    assertThat(page.page().select("h1").text()).isNotEmpty();
  }

  @Test
  void an_invalid_argument_returns_400_with_the_message_of_the_backend() {
    backend.failWith(Status.INVALID_ARGUMENT.withDescription("That makes no sense"));

    var page = get("/books/1");

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("That makes no sense");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/categories/mystery?page=abc", "/search?q=x&page=abc"})
  void an_invalid_page_token_returns_400_with_a_message_for_visitors(String path) {
    backend.failWith(Status.INVALID_ARGUMENT.withDescription("page_token is not one of these"));

    var page = get(path);

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("first page").doesNotContain("page_token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"})
  void an_unavailable_backend_returns_503_with_retry_after(Status.Code code) {
    backend.failWith(code.toStatus().withDescription("secret"));

    for (var path : new String[] {"/books/1", "/categories/mystery", "/search?q=x"}) {
      var page = get(path);

      assertShopsPage(page, 503);
      assertThat(page.header("Retry-After")).isEqualTo("5");
      assertThat(page.body()).doesNotContain("secret");
    }
  }

  @Test
  void a_hung_backend_returns_503() {
    backend.hang();

    assertShopsPage(RawHttp.get(shop.port(), "/books/1"), 503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INTERNAL", "UNKNOWN", "UNIMPLEMENTED", "PERMISSION_DENIED", "DATA_LOSS"})
  void an_internal_error_of_the_backend_returns_500_with_its_id_only(Status.Code code) {
    backend.failWith(code.toStatus().withDescription("secret"));
    var lines = new ArrayList<String>();

    var page =
        RawHttp.inTime(
            () -> {
              try (var log = CapturedLog.begin()) {
                var response = RawHttp.get(shop.port(), "/books/1");
                lines.clear();
                lines.addAll(log.lines());
                return response;
              }
            });

    assertShopsPage(page, 500);
    assertThat(page.body()).doesNotContain("secret");
    // The call for similar books failed too, which is a separate error.
    assertThat(lines).hasSize(2);
    var ofPage = lines.stream().filter(line -> line.contains("where=GET /books/{id} ")).toList();
    assertThat(ofPage).hasSize(1);
    var id = Pattern.compile("error_id=([0-9a-f]{16})").matcher(ofPage.get(0));
    assertThat(id.find()).isTrue();
    assertThat(page.page().text()).contains(id.group(1));
  }

  @Test
  void the_footer_shows_the_replica_and_its_calls() {
    var served = get("/").page().select("footer .served");

    assertThat(served.text()).startsWith("Served by " + ReplicaName.name() + " ");
    assertThat(callsOf(served.select(".call").eachText()))
        .containsExactly(
            "Recommendations/Recommend 0.0 ms by " + ReplicaName.name(),
            "CatalogueService/ListCategories 0.0 ms by " + ReplicaName.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/search", "/nowhere", "/books/one"})
  void the_footer_of_a_page_without_calls_shows_the_replica(String path) {
    var served = get(path).page().select("footer .served");

    assertThat(served.text()).isEqualTo("Served by " + ReplicaName.name());
  }

  @Test
  void the_footer_of_an_error_page_shows_the_failed_calls() {
    backend.failWith(Status.UNAVAILABLE.withDescription("secret"));

    assertThat(callsOf(get("/books/1").page().select("footer .call").eachText()))
        .containsExactly(
            "CatalogueService/GetBook UNAVAILABLE after 0.0 ms by " + ReplicaName.name(),
            "CatalogueService/ListSimilarBooks UNAVAILABLE after 0.0 ms by " + ReplicaName.name());
  }

  @Test
  void the_footer_of_an_error_page_shows_calls_without_a_response() {
    backend.hang();

    var page = RawHttp.get(shop.port(), "/search?q=x").page();

    assertThat(callsOf(page.select("footer .call").eachText()))
        .containsExactly("CatalogueService/SearchBooks DEADLINE_EXCEEDED after 0.0 ms");
  }

  @Test
  void concurrent_pages_show_only_their_own_calls() throws Exception {
    var methods =
        Map.of(
            "/", List.of("Recommendations/Recommend", "CatalogueService/ListCategories"),
            "/books/7", List.of("CatalogueService/GetBook", "CatalogueService/ListSimilarBooks"),
            "/categories/mystery", List.of("CatalogueService/ListBooks"),
            "/search?q=x", List.of("CatalogueService/SearchBooks"),
            "/search", List.<String>of());
    var visitors = Executors.newFixedThreadPool(8);
    try {
      var visits =
          Collections.nCopies(20, methods.keySet()).stream()
              .flatMap(Set::stream)
              .map(path -> visitors.submit(() -> Map.entry(path, get(path))))
              .toList();
      for (var visit : visits) {
        var path = visit.get().getKey();
        assertThat(visit.get().getValue().page().select("footer .call").eachText())
            .as(path)
            .extracting(call -> call.substring(0, call.indexOf(' ')))
            .isEqualTo(methods.get(path));
      }
    } finally {
      visitors.shutdownNow();
    }
  }

  /** Replaces the durations of the calls by 0.0 ms. */
  private static List<String> callsOf(List<String> calls) {
    return calls.stream().map(call -> call.replaceFirst("[0-9]+\\.[0-9] ms", "0.0 ms")).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/books/one",
        "/books/1.5",
        "/books/0",
        "/books/-1",
        "/books/+1",
        "/books/%2B1",
        "/books/01",
        "/books/001",
        "/books/1e0",
        "/books/0x1",
        "/books/1_",
        "/books/1.",
        "/books/%31",
        "/books/%EF%BC%91",
        "/books/%D9%A1",
        "/books/2147483648",
        "/books/99999999999",
        "/books/-99999999999",
        "/books/%20",
        "/books/1%20",
        "/covers/01-0123456789.svg",
        "/covers/2147483648-0123456789.svg",
        "/covers/%31-0123456789.svg",
        "/covers/%EF%BC%91-0123456789.svg",
        "/covers/1-0123456789.svg/"
      })
  void other_spellings_of_a_book_id_return_404(String path) {
    assertShopsPage(get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/books/1/",
        "/books//1",
        "//books/1",
        "/books/1;",
        "/books/1;jsessionid=abc",
        "/books;x=y/1",
        "/books/./1",
        "/books/x/../1",
        "/%62ooks/1",
        "/BOOKS/1",
        "/basket/",
        "/basket;x=y",
        "/%62asket",
        "/search/",
        "/search;?q=x",
        "/orders/",
        "/checkout/",
        "/categories/mystery/",
        "/categories/mystery;x",
        "/categories/%6dystery",
        "/healthz/",
        "/readyz/",
        "/assets/shop.css/",
        "/assets/shop%2Ecss",
        "/assets/shop.css;x",
        "/;x",
        "/."
      })
  void other_spellings_of_a_path_return_404(String path) {
    assertShopsPage(get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nowhere", "/books", "/books/1/2", "/categories/", "/Search", "/assets/none.css"})
  void an_unknown_path_returns_404(String path) {
    assertShopsPage(get(path), 404);
  }

  /** An error page links to its own URL, also if the request was a form. */
  @ParameterizedTest
  @ValueSource(strings = {"/name", "/preferences", "/basket", "/checkout"})
  void the_url_of_a_form_can_be_visited(String path) {
    var response = get(path);

    if (response.status() == 303) {
      assertThat(response.header("Location")).isIn("/", "/basket");
    } else {
      assertThat(response.status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/books/1", "/categories/mystery", "/search", "/healthz", "/readyz"})
  void a_page_rejects_other_methods(String path) {
    for (var method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
      var page = RawHttp.send(shop.port(), method, path);

      assertShopsPage(page, 405);
      assertThat(page.header("Allow").split(", *")).containsExactlyInAnyOrder("GET", "HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/healthz", "/readyz", "/nowhere", "/books/x", "/assets/shop.css"})
  void head_returns_the_same_headers_as_get_without_a_body(String path) {
    var get = get(path);

    var head = RawHttp.send(shop.port(), "HEAD", path);

    assertThat(head.status()).isEqualTo(get.status());
    assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
    assertThat(head.header("Cache-Control")).isEqualTo(get.header("Cache-Control"));
    assertThat(head.body()).isEmpty();
  }

  @Test
  void head_returns_404_for_a_missing_book() {
    backend.failWith(Status.NOT_FOUND.withDescription("Book not found"));

    var head = RawHttp.send(shop.port(), "HEAD", "/books/1");
    for (int i = 1; i < 20 && head.status() == 503; i++) {
      head = RawHttp.send(shop.port(), "HEAD", "/books/1"); // a busy machine can miss a deadline
    }

    assertThat(head.status()).isEqualTo(404);
  }

  private static RawHttp.Response get(String path) {
    return RawHttp.inTime(() -> RawHttp.get(shop.port(), path));
  }
}
