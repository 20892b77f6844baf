package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the whole shop in one process, with all services running. */
class AllInOneTest {
  @AutoClose private static AllInOne shop;
  private static Visitor visitor;

  @BeforeAll
  static void startShop(@TempDir Path folder) {
    shop = AllInOne.start(folder, LongCatalogue.in(folder));
    visitor = shop.visitor();
  }

  @Test
  void the_home_page_has_the_title_and_the_heading_of_the_tutorial() {
    var home = visitor.open("/").page();

    assertThat(home.title()).isEqualTo("Online Books For You");
    assertThat(home.select("h1").eachText()).containsExactly("Mystery books you may like");
  }

  @Test
  void the_three_suggestions_are_the_only_bare_list_items_of_the_home_page() {
    var home = visitor.open("/");

    assertThat(home.bareListItems()).isEqualTo(3);
    assertThat(home.page().select("ul.suggestions > li a").eachAttr("href"))
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allMatch(link -> link.matches("/books/[1-9][0-9]*"));
  }

  @Test
  void the_suggestions_are_random() {
    var seen = new LinkedHashSet<List<String>>();
    for (int i = 0; i < 20; i++) {
      seen.add(visitor.open("/").page().select("ul.suggestions a").eachAttr("href"));
    }

    assertThat(seen).hasSizeGreaterThan(1);
  }

  @Test
  void every_category_of_the_home_page_can_be_paged_through_forward_and_back() {
    var links = visitor.open("/").page().select("li.category a");
    assertThat(links).hasSizeGreaterThanOrEqualTo(3);
    int pages = 0;
    for (var link : links) {
      var first = visitor.open(link.attr("href")).page();
      assertThat(first.select("h1").text()).isEqualTo(link.text());

      var forward = pagesFrom(first, "a[rel=next]");
      var books = forward.stream().flatMap(page -> booksOf(page).stream()).toList();
      assertThat(first.select(".summary").text()).startsWith(books.size() + " ");
      assertThat(books).doesNotHaveDuplicates();
      pages += forward.size();

      var back = pagesFrom(forward.get(forward.size() - 1), "a[rel=prev]");
      Collections.reverse(back);
      assertThat(back.stream().map(AllInOneTest::booksOf))
          .containsExactlyElementsOf(forward.stream().map(AllInOneTest::booksOf).toList());
    }
    assertThat(pages).as("pages of all categories").isGreaterThan(links.size() + 1);
  }

  @Test
  void every_category_of_the_catalogue_has_a_chinese_name() {
    List<String> names;
    do {
      var chinese = HttpRequest.newBuilder().GET().header("Accept-Language", "zh-CN");
      names = visitor.send(chinese, "/").page().select("li.category a").eachText();
    } while (names.isEmpty()); // a backend missed its deadline on a busy machine

    assertThat(names).hasSize(14).allMatch(name -> name.matches("\\p{IsHan}+"));
  }

  @Test
  void a_book_has_a_page() {
    var page = visitor.open("/books/1").page();

    assertThat(page.select("h1").text()).isEqualTo("The Maltese Falcon");
    assertThat(page.select("main").text()).contains("Dashiell Hammett", "1930", "$");
    assertThat(page.select("main a[href=/categories/mystery]")).isNotEmpty();
  }

  @Test
  void a_search_finds_books_by_title() {
    var page = visitor.open("/search?q=maltese+FALCON").page();

    assertThat(page.select("li.book a").eachText()).startsWith("The Maltese Falcon");
    assertThat(page.select("input[name=q]").val()).isEqualTo("maltese FALCON");
  }

  @Test
  void a_search_without_results_shows_a_message() {
    var page = visitor.open("/search?q=zzyzxq").page();

    assertThat(page.select("li.book")).isEmpty();
    assertThat(page.select("h1").text()).contains("No books", "zzyzxq");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/search", "/search?q=", "/search?q=%20"})
  void a_search_for_an_empty_text_shows_the_search_page(String path) {
    var page = visitor.open(path).page();

    assertThat(page.select("h1").text()).isEqualTo("Search");
    assertThat(page.select("li.book")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/nowhere, 404",
    "/categories/nowhere, 404",
    "/books/999999999, 404",
    "/books/seven, 404",
    "/categories/mystery?page=nonsense, 400"
  })
  void errors_are_shown_on_a_page_of_the_shop(String path, int status) {
    var response = visitor.open(path);
    var page = response.page();

    assertThat(response.status()).isEqualTo(status);
    assertThat(page.select("h1").eachText()).hasSize(1);
    assertThat(page.select("header a[href=/]")).isNotEmpty();
  }

  @Test
  void text_from_a_visitor_is_escaped() {
    var page = visitor.open("/search?q=%3Cscript%3Ealert(1)%3C/script%3E");

    assertThat(page.page().select("script")).isEmpty();
    assertThat(page.text()).doesNotContain("<script>alert");
  }

  @Test
  void a_visitor_who_gives_a_name_is_greeted_on_every_visit() {
    var http = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    var ada = new Visitor(visitor.port(), http);
    var form =
        HttpRequest.newBuilder()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("name=Ada"));

    assertThat(ada.send(form, "/name").status()).isEqualTo(303);

    Polling.within(
        TwoServices.RECOVERY, () -> assertThat(greetingOf(ada.get("/"))).isEqualTo("Hello, Ada!"));
    Polling.within(
        TwoServices.RECOVERY,
        () -> assertThat(greetingOf(ada.get("/"))).isEqualTo("Hello again, Ada!"));
    assertThat(greetingOf(visitor.get("/"))).isEmpty();
  }

  @Test
  void a_page_rejects_post() {
    var response =
        visitor.send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()), "/");

    assertThat(response.status()).isEqualTo(405);
  }

  @Test
  void the_shop_serves_every_asset_of_a_page() {
    var page = visitor.open("/").page();
    var assets = new LinkedHashSet<String>(page.select("link[href]").eachAttr("href"));
    assets.addAll(page.select("[src]").eachAttr("src"));

    assertThat(assets).isNotEmpty().allMatch(asset -> asset.matches("/(assets|covers)/.+"));
    for (var asset : assets) {
      var response = visitor.get(asset);
      assertThat(response.status()).as(asset).isEqualTo(200);
      assertThat(response.header("Cache-Control")).as(asset).contains("max-age");
      assertThat(response.text()).as(asset).doesNotContainPattern("url\\(['\"]?(https?:)?//");
    }
  }

  @Test
  void it_is_alive_and_ready() {
    assertThat(visitor.get("/healthz").status()).isEqualTo(200);
    assertThat(visitor.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void it_logs_no_text_from_visitors() {
    visitor.open("/search?q=xyzzyplugh");
    visitor.open("/books/xyzzyplugh");

    assertThat(shop.log()).noneMatch(line -> line.contains("xyzzyplugh"));
  }

  @Test
  @Needs(Tool.CURL)
  void the_curl_examples_of_the_readme_return_what_it_shows() throws IOException {
    var readme = Files.readAllLines(ProcessUnderTest.ROOT.resolve("README.md"));
    int examples = 0;
    for (int i = 0; i < readme.size(); i++) {
      if (readme.get(i).startsWith("curl localhost:5000/jsonrpc ")) {
        var command = readme.get(i).replace("localhost:5000", "127.0.0.1:" + visitor.port());
        // The next line is "# " and the response, with "…" for parts that vary.
        var response =
            Arrays.stream(readme.get(i + 1).substring(2).split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".+"));
        Polling.within(TwoServices.RECOVERY, () -> assertThat(outputOf(command)).matches(response));
        examples++;
      }
    }
    assertThat(examples).isEqualTo(3);
  }

  /** Returns the page and the pages that follow through links of this kind. */
  private static List<Document> pagesFrom(Document first, String link) {
    var pages = new ArrayList<>(List.of(first));
    for (var next = first.select(link); !next.isEmpty(); ) {
      assertThat(pages).hasSizeLessThan(1_000);
      var page = visitor.open(next.attr("href")).page();
      pages.add(page);
      next = page.select(link);
    }
    return pages;
  }

  private static String outputOf(String command) {
    try {
      var shell =
          ChildProcess.builder("sh", "-c", command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String greetingOf(Visitor.Response home) {
    return home.page().select(".greeting").text();
  }

  private static List<String> booksOf(Document page) {
    return page.select("li.book h2 a").eachAttr("href");
  }
}
