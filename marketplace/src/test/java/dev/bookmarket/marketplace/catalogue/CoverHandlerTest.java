package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.cover.CoverCache;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CoverHandlerTest {
  private static final String IMMUTABLE = "public, max-age=31536000, immutable";

  @RegisterExtension private static final TestShop shop = TestShop.start();

  @Test
  void every_page_links_covers_that_can_be_cached_forever() {
    for (var page : new String[] {"/", "/books/1", "/categories/mystery", "/search?q=title"}) {
      var covers = coversOf(shop.shopper().get(page).page());

      assertThat(covers).as(page).isNotEmpty();
      for (var cover : covers) {
        var response = get(cover);

        assertThat(response.status()).as(cover).isEqualTo(200);
        assertThat(response.header("Content-Type")).matches("image/svg\\+xml; ?charset=utf-8");
        assertThat(response.header("Cache-Control")).isEqualTo(IMMUTABLE);
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
  void a_visit_of_a_category_with_its_covers_makes_one_call() {
    // Not the shop of the other tests, which have renamed books.
    try (var other = TestShop.start()) {
      other.catalogue().list(12);
      var page = other.shopper().get("/categories/mystery").page();
      int before = other.catalogue().calls();

      for (var cover : coversOf(page)) {
        assertThat(RawHttp.get(other.port(), cover).header("Cache-Control"))
            .as(cover)
            .isEqualTo(IMMUTABLE);
      }

      assertThat(page.select(".served .call").eachText())
          .singleElement()
          .asString()
          .startsWith("CatalogueService/ListBooks ");
      assertThat(coversOf(page)).hasSize(12).doesNotHaveDuplicates();
      assertThat(other.catalogue().calls()).isEqualTo(before);
    }
  }

  @Test
  void the_covers_of_a_page_load_after_the_catalogue_has_stopped() {
    try (var stopped = TestShop.start()) {
      var covers = new ArrayList<String>();
      for (var page : new String[] {"/", "/books/3", "/categories/mystery", "/search?q=title"}) {
        covers.addAll(coversOf(stopped.shopper().get(page).page()));
      }
      stopped.catalogue().close();

      assertThat(covers).hasSizeGreaterThan(10);
      for (var cover : covers) {
        assertThat(RawHttp.get(stopped.port(), cover).status()).as(cover).isEqualTo(200);
      }
      assertThat(RawHttp.get(stopped.port(), "/books/3").status()).isEqualTo(503);
    }
  }

  @Test
  void another_replica_requests_each_book_once() {
    var covers = coversOf(shop.shopper().get("/books/50").page());
    assertThat(covers).hasSize(7);
    try (var replica = TestShop.start()) {
      for (int round = 0; round < 3; round++) {
        for (var cover : covers) {
          int before = replica.catalogue().calls();
          var response = replica.shopper().get(cover);

          assertThat(response.header("Cache-Control")).as(cover).isEqualTo(IMMUTABLE);
          assertThat(response.body()).as(cover).isEqualTo(get(cover).body());
          assertThat(replica.catalogue().calls() > before).as(cover).isEqualTo(round == 0);
        }
      }
    }
  }

  @Test
  void an_invented_url_is_never_cached() {
    for (int i = 0; i < 3; i++) {
      var response = get("/covers/70-000000000" + i + ".svg");

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("Cache-Control")).isEqualTo("no-cache");
      assertThat(response.body()).contains("Title 70");
    }
    int before = shop.catalogue().calls();

    assertThat(get("/covers/70-0000000000.svg").header("Cache-Control")).isEqualTo("no-cache");
    assertThat(shop.catalogue().calls()).isGreaterThan(before);
  }

  @Test
  void covers_that_were_evicted_from_the_cache_are_loaded_again() {
    var covers = new HashMap<String, String>();
    for (int book = 1_001; book <= 1_100; book++) {
      // A cover omits control characters, so it is drawn quickly.
      var title = "Title " + book + "\u0007".repeat(40_000);
      shop.catalogue().sell(book, title, 100);
      var cover = new CoverCache().register(new Cover(book, title, "Author 1", "mystery"));
      covers.put(cover, get(cover).body());
    }
    int before = shop.catalogue().calls();

    covers.forEach(
        (cover, svg) -> {
          var response = get(cover);

          assertThat(response.header("Cache-Control")).as(cover).isEqualTo(IMMUTABLE);
          assertThat(response.body()).as(cover).contains("Author 1").isEqualTo(svg);
        });

    assertThat(shop.catalogue().calls() - before).isGreaterThan(50);
  }

  @Test
  void a_book_that_does_not_exist_has_no_cover() {
    shop.catalogue().failWith(Status.NOT_FOUND.withDescription("Book not found"));

    TestShop.assertShopsPage(get("/covers/1-0123456789.svg"), 404);
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
    TestShop.assertShopsPage(get("/covers/" + file), 404);
  }

  @Test
  void an_unavailable_catalogue_causes_an_uncached_503() {
    shop.catalogue().failWith(Status.UNAVAILABLE);

    var response = get("/covers/1-0123456789.svg");

    TestShop.assertShopsPage(response, 503);
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
  }

  private static List<String> coversOf(Document page) {
    return page.select("img.cover").eachAttr("src");
  }

  private static String coverOf(int book) {
    return shop.shopper().get("/books/" + book).page().expectFirst("img.cover").attr("src");
  }

  /** Retries if the catalogue misses its deadline on a busy machine. */
  private static RawHttp.Response get(String path) {
    return shop.shopper().get(path);
  }
}
