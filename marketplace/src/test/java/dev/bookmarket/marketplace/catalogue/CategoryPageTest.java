package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.web.Templates;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** A page of a category's books. */
class CategoryPageTest {
  private static final Paging ONLY_PAGE = new Paging(1, 1, "", "");

  private final Templates templates = new Templates();

  @Test
  void names_the_category_and_how_many_books_it_has() {
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
        .containsExactly("The Maltese Falcon $12.99 Dashiell Hammett 1930 A hunt.");
  }

  @Test
  void has_no_paging_where_all_books_are_on_one_page() {
    assertThat(open(1, ONLY_PAGE).select(".paging")).isEmpty();
  }

  @Test
  void leads_from_the_first_page_to_the_next_only() {
    var page = open(30, new Paging(1, 24, "", "AAAA=+/&"));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 1–24 of 30");
    assertThat(page.select("a[rel=next]").eachAttr("href"))
        .containsExactly("/categories/mystery?page=AAAA%3D%2B/%26");
    assertThat(page.select("a[rel=prev]")).isEmpty();
  }

  @Test
  void leads_from_the_last_page_to_the_previous_only() {
    var page = open(30, new Paging(25, 30, "BBBB", ""));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 25–30 of 30");
    assertThat(page.select("a[rel=prev]").eachAttr("href"))
        .containsExactly("/categories/mystery?page=BBBB");
    assertThat(page.select("a[rel=next]")).isEmpty();
  }

  @Test
  void leads_both_ways_from_a_page_in_the_middle() {
    var page = open(1_200, new Paging(1_001, 1_024, "BBBB", "CCCC"));

    assertThat(page.select(".paging .position").text()).isEqualTo("Books 1,001–1,024 of 1,200");
    assertThat(page.select(".paging a").eachText()).containsExactly("Previous", "Next");
  }

  @Test
  void speaks_of_one_book_where_a_page_holds_one() {
    assertThat(open(25, new Paging(25, 25, "BBBB", "")).select(".position").text())
        .isEqualTo("Book 25 of 25");
  }

  @Test
  void tells_later_pages_apart_by_their_titles() {
    assertThat(open(30, new Paging(25, 30, "BBBB", "")).title())
        .isEqualTo("Mystery, books 25–30 of 30 – Bookmarket");
  }

  @Test
  void shows_hostile_text_as_text() {
    var hostile = "<script>alert('1')</script> & \"quotes\" 📚";
    var shelf =
        new Shelf(
            new Category("mystery", hostile, 2), List.of(Books.withTexts(hostile)), ONLY_PAGE);

    var page = Jsoup.parse(templates.html("category", new CategoryPage(shelf)));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("h1").text()).isEqualTo(hostile);
    assertThat(page.select(".book .title").text()).isEqualTo(hostile);
  }

  private Document open(int bookCount, Paging paging) {
    var category = new Category("mystery", "Mystery", bookCount);
    var shelf = new Shelf(category, List.of(Books.FALCON), paging);
    return Jsoup.parse(templates.html("category", new CategoryPage(shelf)));
  }
}
