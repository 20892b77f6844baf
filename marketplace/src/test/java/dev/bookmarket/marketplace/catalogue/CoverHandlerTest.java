package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.PagesTest;
import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.TestShop;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The covers over real HTTP, for each thing the catalogue may do. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CoverHandlerTest {
  private static TestShop shop;

  @BeforeAll
  static void open() {
    shop = TestShop.start();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void beginAnew() {
    shop.reset();
  }

  @Test
  void every_page_names_covers_that_may_be_kept_for_ever() {
    for (var page : new String[] {"/", "/books/1", "/categories/mystery", "/search?q=title"}) {
      var covers = shop.shopper().get(page).page().select("img.cover").eachAttr("src");

      assertThat(covers).as(page).isNotEmpty();
      for (var cover : covers) {
        var answer = get(cover);

        assertThat(answer.status()).as(cover).isEqualTo(200);
        assertThat(answer.header("Content-Type")).matches("image/svg\\+xml; ?charset=utf-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'self';");
        assertThat(answer.body()).startsWith("<svg ").endsWith("</svg>").contains("Title");
      }
    }
  }

  @Test
  void another_title_is_another_cover_and_the_old_address_shows_it_without_being_kept() {
    var old = coverOf(1);
    shop.catalogue().sell(1, "Renamed", 100);

    assertThat(coverOf(1)).isNotEqualTo(old);
    var answer = get(old);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.body()).contains("Renamed");
  }

  @Test
  void a_book_that_does_not_exist_has_no_cover() {
    shop.catalogue().failWith(Status.NOT_FOUND.withDescription("Book not found"));

    PagesTest.assertShopsPage(get("/covers/1-0123456789.svg"), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.svg",
        "1-0123.svg",
        "1-0123456789.png",
        "1-0123456789.svg.svg",
        "1-012345678X.svg",
        "0-0123456789.svg",
        "-1-0123456789.svg",
        "9999999999-0123456789.svg",
        "99999999999999999999-0123456789.svg",
        "x"
      })
  void no_other_file_is_there(String file) {
    PagesTest.assertShopsPage(get("/covers/" + file), 404);
  }

  @Test
  void without_the_catalogue_there_are_none_and_nobody_may_keep_that() {
    shop.catalogue().failWith(Status.UNAVAILABLE);

    var answer = get("/covers/1-0123456789.svg");

    PagesTest.assertShopsPage(answer, 503);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  private static String coverOf(int book) {
    return shop.shopper().get("/books/" + book).page().expectFirst("img.cover").attr("src");
  }

  /**
   * Comes again where a busy machine let the catalogue miss its deadline, but for the last test.
   */
  private static RawHttp.Response get(String path) {
    return shop.shopper().get(path);
  }
}
