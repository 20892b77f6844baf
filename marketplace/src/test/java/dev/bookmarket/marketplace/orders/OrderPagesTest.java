package dev.bookmarket.marketplace.orders;

import static dev.bookmarket.marketplace.PagesTest.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor's orders, which are nobody else's business, over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OrderPagesTest {
  private static TestShop shop;

  private Shopper shopper;

  @BeforeAll
  static void open() {
    shop = TestShop.start();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void nobodyHasOrdered() {
    shop.reset();
    shopper = shop.shopper();
  }

  @Test
  void somebody_who_never_ordered_has_no_orders() {
    var page = shopper.get("/orders");

    assertShopsPage(page, 200);
    assertThat(page.page().select(".none").text()).contains("not ordered anything yet");
    assertThat(page.header("Set-Cookie")).isEmpty();
  }

  @Test
  void the_newest_order_stands_first() {
    order(shopper, 7);
    order(shopper, 8);

    var page = shopper.get("/orders").page();

    assertThat(page.select(".order a").eachAttr("href"))
        .containsExactly("/orders/order2", "/orders/order1");
    assertThat(page.select(".order .price").eachText()).containsExactly("$8.00", "$7.00");
    assertThat(page.select(".paging")).isEmpty();
  }

  @Test
  void more_than_ten_orders_stand_on_several_pages() {
    for (int i = 0; i < 21; i++) {
      order(shopper, 7);
    }

    var first = shopper.get("/orders").page();
    var second = shopper.get(first.select("a[rel=next]").attr("href")).page();
    var third = shopper.get(second.select("a[rel=next]").attr("href")).page();

    assertThat(first.select(".order")).hasSize(10);
    assertThat(first.select(".paging .previous")).isEmpty();
    assertThat(second.select(".order")).hasSize(10);
    assertThat(third.select(".order a").eachAttr("href")).containsExactly("/orders/order1");
    assertThat(third.select("a[rel=next]")).isEmpty();
    assertThat(third.select(".paging .previous").attr("href")).isEqualTo("/orders");
  }

  @Test
  void a_page_of_orders_that_does_not_exist_is_400_in_words_for_a_visitor() {
    order(shopper, 7);

    var page = shopper.get("/orders?page=abc");

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("first page").doesNotContain("page_token");
  }

  @Test
  void somebody_else_s_order_does_not_exist() {
    order(shopper, 7);
    var other = shop.shopper();
    order(other, 8);

    for (var who : new Shopper[] {other, shop.shopper()}) {
      var page = who.get("/orders/order1");

      assertShopsPage(page, 404);
      assertThat(withoutTimes(page.body()))
          .isEqualTo(withoutTimes(who.get("/orders/order999").body()));
    }
    assertThat(other.get("/orders").page().select(".order a").eachAttr("href"))
        .containsExactly("/orders/order2");
  }

  /** The foot of a page says how long its calls took, which differs from one to the next. */
  private static String withoutTimes(String body) {
    return body.replaceAll("[0-9]+\\.[0-9] ms", "0.0 ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.y", "%20", "a-b", "%3Cscript%3E", "%E2%98%83"})
  void what_is_no_order_s_number_is_404(String id) {
    order(shopper, 7);

    assertShopsPage(shopper.get("/orders/" + id), 404);
    assertShopsPage(shopper.get("/orders/" + "a".repeat(41)), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "\"", "aaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa", "a;b=\u00ff"})
  void a_malformed_visitor_s_cookie_is_as_good_as_none(String cookie) {
    shopper.setCookie("visitor", cookie);

    assertShopsPage(shopper.get("/orders"), 200);
    assertShopsPage(shopper.get("/orders/order1"), 404);
  }

  private static void order(Shopper who, int book) {
    who.add(book, 1);
    var answer =
        who.press(
            who.get("/checkout").page(),
            ".deliver button",
            "name",
            "Ada",
            "phone",
            "123",
            "address",
            "1 Main");
    assertThat(answer.status()).isEqualTo(303);
  }
}
