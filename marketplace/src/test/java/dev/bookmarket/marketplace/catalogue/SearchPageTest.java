package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.web.RenderedPages;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class SearchPageTest {
  private static final Paging ONLY_PAGE = new Paging(1, 1, "", "");

  @Test
  void shows_instructions_without_a_query() {
    var page = open(SearchPage.empty());

    assertThat(page.title()).isEqualTo("Search – Bookmarket");
    assertThat(page.select("h1").eachText()).containsExactly("Search");
    assertThat(page.select(".books, .paging, .summary")).isEmpty();
  }

  @Test
  void links_to_the_categories_if_nothing_was_found() {
    var page = open(new SearchPage("zxqwv", 0, "", List.of(), new Paging(1, 0, "", "")));

    assertThat(page.title()).isEqualTo("“zxqwv”: 0 books – Bookmarket");
    assertThat(page.select("h1 q").text()).isEqualTo("zxqwv");
    assertThat(page.select("main a").eachAttr("href")).containsExactly("/#categories");
    assertThat(page.select(".books, .paging, .summary")).isEmpty();
  }

  @Test
  void keeps_the_query_in_the_search_box() {
    assertThat(found("falcon", 1, ONLY_PAGE).select("input[name=q]").eachAttr("value"))
        .containsExactly("falcon");
  }

  @Test
  void counts_a_single_book_in_the_singular() {
    var page = found("falcon", 1, ONLY_PAGE);

    assertThat(page.select(".summary").text()).isEqualTo("1 book, best match first");
    assertThat(page.select(".book")).hasSize(1);
  }

  @Test
  void counts_up_to_a_thousand_books() {
    assertThat(found("the", 1_000, ONLY_PAGE).select(".summary").text())
        .isEqualTo("1,000 books, best match first");
  }

  @Test
  void shows_more_than_1000_books_without_a_number() {
    var page = found("the", 1_001, new Paging(1, 24, "", "AAAA"));

    assertThat(page.select(".summary").text()).startsWith("more than 1,000 books");
    assertThat(page.select(".position").text()).isEqualTo("Books 1–24 of more than 1,000");
  }

  @Test
  void keeps_the_query_when_paging() {
    var page = found("cats & dogs #1", 57, new Paging(25, 48, "PREV", "NEXT"));

    assertThat(page.select("a[rel=prev]").eachAttr("href"))
        .containsExactly("/search?q=cats%20%26%20dogs%20%231&page=PREV");
    assertThat(page.select("a[rel=next]").eachAttr("href"))
        .containsExactly("/search?q=cats%20%26%20dogs%20%231&page=NEXT");
  }

  @Test
  void has_no_paging_if_all_results_are_on_one_page() {
    assertThat(found("falcon", 1, ONLY_PAGE).select(".paging")).isEmpty();
  }

  @Test
  void escapes_a_hostile_query() {
    var hostile = "\"><script>alert('1')</script> & ${7*7} 📚";

    var page = found(hostile, 30, new Paging(1, 24, "", "NEXT"));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("h1 q").text()).isEqualTo(hostile);
    assertThat(page.select("input[name=q]").attr("value")).isEqualTo(hostile);
    assertThat(page.select("a[rel=next]").attr("href")).startsWith("/search?q=%22%3E%3Cscript%3E");
  }

  @Test
  void shows_the_corrected_query_if_nothing_matched_exactly() {
    var page = corrected("agatha cristie", "agatha christie");

    assertThat(page.select("h1").text()).isEqualTo("Books for agatha cristie");
    assertThat(page.select(".corrected").text()).isEqualTo("Showing results for agatha christie");
    assertThat(page.select(".corrected a").eachAttr("href"))
        .containsExactly("/search?q=agatha%20christie");
    assertThat(page.select("input[name=q]").attr("value")).isEqualTo("agatha cristie");
    assertThat(found("falcon", 1, ONLY_PAGE).select(".corrected")).isEmpty();
  }

  @Test
  void highlights_segments_and_nothing_else() {
    var book =
        new ListedBook(
            Books.FALCON,
            List.of(new TextSegment("The ", false), new TextSegment("Maltese", true)),
            List.of(new TextSegment("<b>", true)),
            List.of());
    var page = open(new SearchPage("maltese", 1, "", List.of(book), ONLY_PAGE));

    assertThat(page.select(".book h2 mark").eachText()).containsExactly("Maltese");
    assertThat(page.select(".book h2").text()).isEqualTo("The Maltese");
    assertThat(page.select(".byline mark").eachText()).containsExactly("<b>");
    assertThat(found("falcon", 1, ONLY_PAGE).select("mark")).isEmpty();
  }

  private Document corrected(String query, String correctedQuery) {
    return open(searchPage(query, correctedQuery, 1, ONLY_PAGE));
  }

  private Document found(String query, int totalSize, Paging paging) {
    return open(searchPage(query, "", totalSize, paging));
  }

  private static SearchPage searchPage(
      String query, String correctedQuery, int totalSize, Paging paging) {
    var books = List.of(Books.listed(Books.FALCON));
    return new SearchPage(query, totalSize, correctedQuery, books, paging);
  }

  private Document open(SearchPage page) {
    return Jsoup.parse(RenderedPages.html("search", page));
  }
}
