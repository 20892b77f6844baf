package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.web.RenderedPages;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class BookPageTest {

  @Test
  void shows_every_field_of_the_book() {
    var page = open(Books.FALCON);

    assertThat(page.title()).isEqualTo("The Maltese Falcon by Dashiell Hammett – Bookmarket");
    assertThat(page.select("h1").eachText()).containsExactly("The Maltese Falcon");
    assertThat(page.select(".about .byline").text()).isEqualTo("by Dashiell Hammett");
    assertThat(page.select(".blurb").text()).isEqualTo("A hunt.");
    assertThat(page.select(".buy .price").text()).isEqualTo("$12.99");
    assertThat(page.select(".facts dd").eachText()).containsExactly("1930", "Mystery");
  }

  @Test
  void links_to_the_category_of_the_book() {
    assertThat(open(Books.FALCON).select("main a[href^=/categories]").eachAttr("href"))
        .containsOnly("/categories/mystery");
  }

  @Test
  void has_a_meta_description_if_the_book_has_no_description() {
    assertThat(open(Books.of(1930)).select("meta[name=description]").attr("content"))
        .isEqualTo("Title by Author, $12.99 at Bookmarket.");
  }

  @Test
  void has_no_paragraph_for_an_empty_description() {
    assertThat(open(Books.of(1930)).select(".blurb")).isEmpty();
  }

  @Test
  void shows_years_before_the_common_era_as_bce() {
    assertThat(open(Books.of(-375)).select(".facts dd").eachText()).contains("375 BCE");
  }

  @Test
  void shows_the_era_of_years_before_1000() {
    assertThat(open(Books.of(180)).select(".facts dd").eachText()).contains("180 CE");
    assertThat(open(Books.of(1000)).select(".facts dd").eachText()).contains("1000");
  }

  @Test
  void links_to_similar_books() {
    var section = open(Books.of(1930), List.of(Books.FALCON, Books.of(1931))).select(".alike");

    assertThat(section.select("h2").text()).isEqualTo("More like this");
    assertThat(section.attr("aria-labelledby")).isEqualTo(section.select("h2").attr("id"));
    assertThat(section.select("li").eachText())
        .containsExactly("The Maltese Falcon by Dashiell Hammett", "Title by Author");
    assertThat(section.select("a").eachAttr("href")).containsExactly("/books/1", "/books/7");
  }

  @Test
  void has_no_section_without_similar_books() {
    assertThat(open(Books.FALCON).select(".alike")).isEmpty();
  }

  @Test
  void escapes_hostile_text() {
    var hostile = "<script>alert('1')</script> & \"quotes\" ${7*7} [[${7*7}]] 📚";

    var page = open(Books.withTexts(hostile), List.of(Books.withTexts(hostile)));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.title()).isEqualTo(hostile + " by " + hostile + " – Bookmarket");
    assertThat(page.select("h1").text()).isEqualTo(hostile);
    assertThat(page.select(".blurb").text()).isEqualTo(hostile);
    assertThat(page.select(".alike .title").text()).isEqualTo(hostile);
    assertThat(page.select("meta[name=description]").attr("content")).isEqualTo(hostile);
  }

  @Test
  void shows_a_title_of_5000_characters_in_full() {
    assertThat(open(Books.withTexts("W".repeat(5_000))).select("h1").text()).hasSize(5_000);
  }

  private Document open(Book book) {
    return open(book, List.of());
  }

  private Document open(Book book, List<Book> similar) {
    return Jsoup.parse(
        RenderedPages.html("book", new BookPage(book, Books.MYSTERY, Optional.of(similar))));
  }
}
