package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests that cached HTML is never shown to another visitor, and never after a change. */
class CachedPagesTest {
  private static final List<String> PATHS =
      List.of("/", "/books/7", "/categories/mystery", "/search?q=title", "/basket", "/checkout");

  private static final int MAX_ATTEMPTS = 20;

  @RegisterExtension private static final TestShop shop = TestShop.start();

  @Test
  void two_visitors_never_see_data_of_each_other() {
    var ada = visitor("Ada", "en", "light", 7, 3);
    var ming = visitor("小明", "zh", "dark", 11, 42);

    for (int i = 0; i < 1_000; i++) {
      var path = PATHS.get(i % PATHS.size());
      var english = complete(ada, path);
      var chinese = complete(ming, path);

      assertThat(english.page().select("html[lang=en][data-scheme=light]")).as(path).hasSize(1);
      assertThat(chinese.page().select("html[lang=zh-Hans][data-scheme=dark]")).as(path).hasSize(1);
      assertThat(english.page().select(".items").text()).as(path).startsWith(", 3");
      assertThat(chinese.page().select(".items").text()).as(path).contains("42");
      assertThat(english.body()).as(path).contains("My orders").doesNotContain("我的订单");
      assertThat(chinese.body()).as(path).contains("我的订单").doesNotContain("My orders");
      if (path.equals("/")) {
        assertThat(english.page().select(".greeting").text()).contains("Ada").doesNotContain("小明");
        assertThat(chinese.page().select(".greeting").text()).contains("小明").doesNotContain("Ada");
      }
      if (path.equals("/basket") || path.equals("/checkout")) {
        assertThat(english.page().select(".lines").text())
            .contains("Title 7")
            .doesNotContain("Title 11");
        assertThat(chinese.page().select(".lines").text())
            .contains("Title 11")
            .doesNotContain("Title 7");
      }
    }
  }

  @Test
  void every_page_shows_a_changed_price_at_once() {
    var visitor = shop.shopper();
    visitor.add(7, 1);
    for (var path : List.of("/books/7", "/basket", "/checkout")) {
      assertThat(visitor.get(path).page().select(".buy .price, .sum.price").text())
          .as(path)
          .contains("$7.00");
    }

    shop.catalogue().sell(7, "Title 7", 4_321);

    for (var path : List.of("/books/7", "/basket", "/checkout")) {
      assertThat(visitor.get(path).page().select(".buy .price, .sum.price").text())
          .as(path)
          .contains("$43.21")
          .doesNotContain("$7.00");
    }
  }

  @Test
  void a_changed_title_changes_every_page_and_the_cover() {
    var visitor = shop.shopper();
    visitor.add(7, 1);
    var cover = visitor.get("/books/7").page().select("article .cover").attr("src");

    shop.catalogue().sell(7, "Another title", 700);

    assertThat(visitor.get("/books/7").page().select("h1").text()).isEqualTo("Another title");
    assertThat(visitor.get("/basket").page().select(".lines h2").text()).isEqualTo("Another title");
    assertThat(visitor.get("/books/7").page().select("article .cover").attr("src"))
        .isNotEqualTo(cover);
  }

  @Test
  void shows_search_terms_only_to_the_visitor_who_searched() {
    var first = shop.shopper().get("/search?q=secret+words");
    var second = shop.shopper().get("/search?q=title");

    assertThat(first.page().select("#q").attr("value")).isEqualTo("secret words");
    assertThat(second.page().select("#q").attr("value")).isEqualTo("title");
    assertThat(second.body()).doesNotContain("secret");
    assertThat(shop.shopper().get("/").page().select("#q").attr("value")).isEmpty();
  }

  /** Returns a page without omissions: on a busy machine, a call can exceed its deadline. */
  private static RawHttp.Response complete(Shopper visitor, String path) {
    var response = visitor.get(path);
    for (int i = 1; i < MAX_ATTEMPTS && path.equals("/") && isIncomplete(response); i++) {
      response = visitor.get(path);
    }
    return response;
  }

  private static boolean isIncomplete(RawHttp.Response home) {
    return home.page().select(".greeting").isEmpty()
        || !home.page().select("[data-missing]").isEmpty();
  }

  private static Shopper visitor(String name, String language, String scheme, int book, int count) {
    var visitor = shop.shopper();
    visitor.post("/preferences", "language", language);
    visitor.post("/preferences", "scheme", scheme);
    visitor.post("/name", "name", name);
    visitor.add(book, count);
    return visitor;
  }
}
