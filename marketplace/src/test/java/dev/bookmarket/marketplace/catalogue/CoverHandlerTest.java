package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.PagesTest;
import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.TestShop;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CoverHandlerTest {
  @RegisterExtension private static final TestShop shop = TestShop.start();

  @Test
  void every_page_links_covers_that_can_be_cached_forever() {
    for (var page : new String[] {"/", "/books/1", "/categories/mystery", "/search?q=title"}) {
      var covers = shop.shopper().get(page).page().select("img.cover").eachAttr("src");

      assertThat(covers).as(page).isNotEmpty();
      for (var cover : covers) {
        var response = get(cover);

        assertThat(response.status()).as(cover).isEqualTo(200);
        assertThat(response.header("Content-Type")).matches("image/svg\\+xml; ?charset=utf-8");
        assertThat(response.header("Cache-Control"))
            .isEqualTo("public, max-age=31536000, immutable");
        assertThat(response.header("Content-Security-Policy")).startsWith("default-src 'self';");
        assertThat(response.body()).startsWith("<svg ").endsWith("</svg>").contains("Title");
      }
    }
  }

  @Test
  void the_outdated_url_of_a_cover_returns_the_current_cover_uncached() {
    var old = coverOf(1);
    shop.catalogue().sell(1, "Renamed", 100);

    assertThat(coverOf(1)).isNotEqualTo(old);
    var response = get(old);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(response.body()).contains("Renamed");
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
  void other_files_do_not_exist(String file) {
    PagesTest.assertShopsPage(get("/covers/" + file), 404);
  }

  @Test
  void an_unavailable_catalogue_causes_an_uncached_503() {
    shop.catalogue().failWith(Status.UNAVAILABLE);

    var response = get("/covers/1-0123456789.svg");

    PagesTest.assertShopsPage(response, 503);
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
  }

  private static String coverOf(int book) {
    return shop.shopper().get("/books/" + book).page().expectFirst("img.cover").attr("src");
  }

  /** Retries if the catalogue misses its deadline on a busy machine. */
  private static RawHttp.Response get(String path) {
    return shop.shopper().get(path);
  }
}
