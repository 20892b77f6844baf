package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.language.Message;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for what goes wrong. */
class ErrorPageTest {
  private final Templates templates = new Templates();

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 413, 414, 415, 431, 500, 503})
  void says_what_went_wrong_and_offers_ways_on(int status) {
    var page = open(ErrorPage.of(status));

    assertThat(page.title()).isEqualTo(page.select("h1").text() + " – Bookmarket");
    assertThat(page.select(".status").text()).isEqualTo("Error " + status);
    assertThat(page.select(".ways a").eachAttr("href")).contains("/", "/search");
    assertThat(page.select("form[action=/search]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 503})
  void blames_the_visitor_for_no_fault_of_ours(int status) {
    assertThat(open(ErrorPage.of(status)).select(".ways a").eachText()).contains("Try again");
    assertThat(open(ErrorPage.of(status)).text()).doesNotContain("Invalid request");
  }

  @Test
  void suggests_no_second_try_of_what_cannot_work() {
    assertThat(open(ErrorPage.of(404)).select(".ways a").eachText()).doesNotContain("Try again");
  }

  @Test
  void gives_the_trace_id_of_a_fault_to_quote() {
    assertThat(open(ErrorPage.unexpected("0123456789abcdef")).select(".trace code").text())
        .isEqualTo("0123456789abcdef");
  }

  @Test
  void speaks_of_no_trace_id_where_there_is_none() {
    assertThat(open(ErrorPage.of(404)).select(".trace")).isEmpty();
  }

  @Test
  void stays_out_of_search_engines() {
    assertThat(open(ErrorPage.of(404)).select("meta[name=robots]").attr("content"))
        .isEqualTo("noindex");
  }

  @Test
  void shows_hostile_text_as_text() {
    var hostile = "<script>alert('1')</script> & \"quotes\" 📚";

    var says = Message.of("shop.title", hostile);

    var page = open(new ErrorPage(400, says, says, hostile));

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("h1").text()).isEqualTo(hostile + " – Bookmarket");
    assertThat(page.select(".trace code").text()).isEqualTo(hostile);
  }

  private Document open(ErrorPage page) {
    return Jsoup.parse(templates.html("error", page));
  }
}
