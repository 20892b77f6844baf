package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.language.Message;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The error pages. */
class ErrorPageTest {
  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 413, 414, 415, 431, 500, 503})
  void states_what_failed_and_links_to_other_pages(int status) {
    var page = open(ErrorPage.of(status));

    assertThat(page.title()).isEqualTo(page.select("h1").text() + " – Bookmarket");
    assertThat(page.select(".status").text()).isEqualTo("Error " + status);
    assertThat(page.select(".ways a").eachAttr("href")).contains("/", "/search");
    assertThat(page.select("form[action=/search]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 503})
  void does_not_blame_the_visitor_for_our_errors(int status) {
    assertThat(open(ErrorPage.of(status)).select(".ways a").eachText()).contains("Try again");
    assertThat(open(ErrorPage.of(status)).text()).doesNotContain("Invalid request");
  }

  @Test
  void does_not_suggest_to_retry_what_cannot_succeed() {
    assertThat(open(ErrorPage.of(404)).select(".ways a").eachText()).doesNotContain("Try again");
  }

  @Test
  void shows_the_id_of_an_unexpected_exception() {
    assertThat(open(ErrorPage.unexpected("0123456789abcdef")).select(".error-id code").text())
        .isEqualTo("0123456789abcdef");
  }

  @Test
  void shows_no_id_if_there_is_none() {
    assertThat(open(ErrorPage.of(404)).select(".error-id")).isEmpty();
  }

  @Test
  void excludes_itself_from_search_engines() {
    assertThat(open(ErrorPage.of(404)).select("meta[name=robots]").attr("content"))
        .isEqualTo("noindex");
  }

  @Test
  void escapes_hostile_text() {
    var hostile = "<script>alert('1')</script> & \"quotes\" 📚";

    var says = Message.of("shop.title", hostile);

    var page = open(new ErrorPage(400, says, says, hostile));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("h1").text()).isEqualTo(hostile + " – Bookmarket");
    assertThat(page.select(".error-id code").text()).isEqualTo(hostile);
  }

  private Document open(ErrorPage page) {
    return Jsoup.parse(RenderedPages.html("error", page));
  }
}
