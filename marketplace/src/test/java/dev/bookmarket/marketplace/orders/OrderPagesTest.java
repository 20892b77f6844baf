package dev.bookmarket.marketplace.orders;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the pages of a visitor's orders over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OrderPagesTest {
  @RegisterExtension private static final TestShop shop = TestShop.start();

  private Shopper shopper;

  @BeforeEach
  void newShopper() {
    shopper = shop.shopper();
  }

  @Test
  void shows_no_orders_to_a_new_visitor() {
    var page = shopper.get("/orders");

    assertShopsPage(page, 200);
    assertThat(page.page().select(".none").text()).contains("not placed any orders yet");
    assertThat(page.header("Set-Cookie")).isEmpty();
  }

  @Test
  void shows_the_newest_order_first() {
    order(shopper, 7);
    order(shopper, 8);

    var page = shopper.get("/orders").page();

    assertThat(page.select(".order a").eachAttr("href"))
        .containsExactly("/orders/order2", "/orders/order1");
    assertThat(page.select(".order .price").eachText()).containsExactly("$8.00", "$7.00");
    assertThat(page.select(".paging")).isEmpty();
  }

  @Test
  void shows_ten_orders_per_page() {
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
  void rejects_an_unknown_page_token_with_400_and_a_plain_message() {
    order(shopper, 7);

    var page = shopper.get("/orders?page=abc");

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("first page").doesNotContain("page_token");
  }

  @Test
  void treats_the_order_of_another_visitor_as_not_found() {
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

  /** Removes the durations of the calls in the footer, which differ between requests. */
  private static String withoutTimes(String body) {
    return body.replaceAll("[0-9]+\\.[0-9] ms", "0.0 ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.y", "%20", "a-b", "%3Cscript%3E", "%E2%98%83"})
  void responds_404_to_an_invalid_order_number(String id) {
    order(shopper, 7);

    assertShopsPage(shopper.get("/orders/" + id), 404);
    assertShopsPage(shopper.get("/orders/" + "a".repeat(41)), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "\"", "aaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa", "a;b=\u00ff"})
  void treats_a_malformed_visitor_s_cookie_as_absent(String cookie) {
    shopper.setCookie("visitor", cookie);

    assertShopsPage(shopper.get("/orders"), 200);
    assertShopsPage(shopper.get("/orders/order1"), 404);
  }

  private static void order(Shopper who, int book) {
    who.add(book, 1);
    var response =
        who.press(
            who.get("/checkout").page(),
            ".deliver button",
            "name",
            "Ada",
            "phone",
            "123",
            "address",
            "1 Main");
    assertThat(response.status()).isEqualTo(303);
  }
}
