package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.web.RenderedPages;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CategoryPageTest {
  private static final Paging ONLY_PAGE = new Paging(1, 1, "", "");

  @Test
  void shows_the_category_and_its_number_of_books() {
    var page = open(30, ONLY_PAGE);

    assertThat(page.title()).isEqualTo("Mystery – Bookmarket");
    assertThat(page.select("h1").eachText()).containsExactly("Mystery");
    assertThat(page.select(".summary").text()).isEqualTo("30 books, by title");
  }

  @Test
  void counts_a_single_book_in_the_singular() {
    assertThat(open(1, ONLY_PAGE).select(".summary").text()).isEqualTo("1 book, by title");
  }

  @Test
  void counts_all_books_of_a_large_category() {
    assertThat(open(1_001, ONLY_PAGE).select(".summary").text()).startsWith("1,001 books");
  }

  @Test
  void shows_each_book_with_author_year_and_price() {
    var book = open(30, ONLY_PAGE).select(".book");

    assertThat(book.select("h2 a").eachAttr("href")).containsExactly("/books/1");
    assertThat(book.eachText())
        .containsExactly("The Maltese Falcon Dashiell Hammett 1930 $12.99 A hunt.");
  }

  @Test
  void has_no_paging_if_all_books_are_on_one_page() {
    assertThat(open(1, ONLY_PAGE).select(".paging")).isEmpty();
  }

  @Test
  void links_the_first_page_to_the_next_only() {
    var page = open(30, new Paging(1, 24, "", "AAAA=+/&"));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 1–24 of 30");
    assertThat(page.select("a[rel=next]").eachAttr("href"))
        .containsExactly("/categories/mystery?page=AAAA%3D%2B/%26");
    assertThat(page.select("a[rel=prev]")).isEmpty();
  }

  @Test
  void links_the_last_page_to_the_previous_only() {
    var page = open(30, new Paging(25, 30, "BBBB", ""));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 25–30 of 30");
    assertThat(page.select("a[rel=prev]").eachAttr("href"))
        .containsExactly("/categories/mystery?page=BBBB");
    assertThat(page.select("a[rel=next]")).isEmpty();
  }

  @Test
  void links_a_middle_page_to_the_previous_and_the_next() {
    var page = open(1_200, new Paging(1_001, 1_024, "BBBB", "CCCC"));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 1,001–1,024 of 1,200");
    assertThat(page.select(".paging a").eachText()).containsExactly("Previous", "Next");
  }

  @Test
  void uses_the_singular_for_a_page_of_one_book() {
    assertThat(open(25, new Paging(25, 25, "BBBB", "")).select(".position").text())
        .isEqualTo("Book 25 of 25");
  }

  @Test
  void gives_each_page_its_own_title() {
    assertThat(open(30, new Paging(25, 30, "BBBB", "")).title())
        .isEqualTo("Mystery, books 25–30 of 30 – Bookmarket");
  }

  @Test
  void escapes_hostile_text() {
    var hostile = "<script>alert('1')</script> & \"quotes\" 📚";
    var books =
        new CategoryPage(
            new Category("mystery", hostile, 2),
            Sort.TITLE,
            List.of(Books.listed(Books.withTexts(hostile))),
            ONLY_PAGE);

    var page = Jsoup.parse(RenderedPages.html("category", books));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("h1").text()).isEqualTo(hostile);
    assertThat(page.select(".book .title").text()).isEqualTo(hostile);
  }

  @Test
  void links_to_every_order_and_marks_the_current_one() {
    var links = open(Sort.YEAR, ONLY_PAGE).select("nav.sort a");

    assertThat(links.eachText()).containsExactly("Title", "Author", "Newest", "Price");
    assertThat(links.eachAttr("href"))
        .containsExactly(
            "/categories/mystery",
            "/categories/mystery?sort=author",
            "/categories/mystery?sort=year",
            "/categories/mystery?sort=price");
    assertThat(links.select("[aria-current]").eachText()).containsExactly("Newest");
    assertThat(links.eachAttr("aria-current")).containsExactly("true");
  }

  @ParameterizedTest
  @CsvSource({
    "TITLE, '30 books, by title'",
    "AUTHOR, '30 books, by author'",
    "YEAR, '30 books, newest first'",
    "PRICE, '30 books, cheapest first'"
  })
  void shows_the_order_of_the_books(Sort sort, String summary) {
    var page = open(sort, ONLY_PAGE);

    assertThat(page.select(".summary").text()).isEqualTo(summary);
    assertThat(page.select("meta[name=description]").attr("content"))
        .isEqualTo(
            "Mystery: "
                + summary.replace(",", " to browse at Bookmarket,")
                + ", with authors, years and prices.");
  }

  @Test
  void keeps_the_order_when_paging() {
    var page = open(Sort.AUTHOR, new Paging(13, 24, "BBBB", "CCCC"));

    assertThat(page.select(".paging a").eachAttr("href"))
        .containsExactly(
            "/categories/mystery?sort=author&page=BBBB",
            "/categories/mystery?sort=author&page=CCCC");
  }

  @Test
  void starts_another_order_at_its_first_page() {
    assertThat(
            open(Sort.AUTHOR, new Paging(13, 24, "BBBB", "CCCC"))
                .select("nav.sort a")
                .eachAttr("href"))
        .noneMatch(link -> link.contains("page="));
  }

  private Document open(int bookCount, Paging paging) {
    return open(Sort.TITLE, bookCount, paging);
  }

  private Document open(Sort sort, Paging paging) {
    return open(sort, 30, paging);
  }

  private Document open(Sort sort, int bookCount, Paging paging) {
    var category = new Category("mystery", "Mystery", bookCount);
    var books = new CategoryPage(category, sort, List.of(Books.listed(Books.FALCON)), paging);
    return Jsoup.parse(RenderedPages.html("category", books));
  }
}
