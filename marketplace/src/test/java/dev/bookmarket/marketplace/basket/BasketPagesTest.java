package dev.bookmarket.marketplace.basket;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.runtime.CapturedLog;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the basket over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BasketPagesTest {
  @RegisterExtension private static final TestShop shop = TestShop.start();
  private static final ScriptedBackend backend = shop.catalogue();

  private Shopper shopper;

  @BeforeEach
  void newShopper() {
    shopper = new Shopper(shop.port());
  }

  @Test
  void an_empty_basket_links_to_the_books() {
    var page = shopper.get("/basket");

    assertShopsPage(page, 200);
    assertThat(page.page().select("main").text()).contains("Your basket is empty");
    assertThat(page.page().select("main a").eachAttr("href")).contains("/search");
    assertThat(page.header("Set-Cookie")).isEmpty();
  }

  @Test
  void adds_a_book_from_its_page() {
    var page = shopper.follow(shopper.press(shopper.get("/books/7").page(), ".buy button"));

    assertShopsPage(page, 200);
    assertThat(page.page().select(".line h2").eachText()).containsExactly("Title 7");
    assertThat(page.page().select(".line .quantity").eachAttr("value")).containsExactly("1");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$7.00");
    assertThat(page.page().select(".notice")).isEmpty();
  }

  @Test
  void adds_up_the_quantities_of_the_same_book() {
    shopper.add(7, 2);

    var page = shopper.add(7, 3);

    assertThat(page.page().select(".line .quantity").eachAttr("value")).containsExactly("5");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$35.00");
  }

  @Test
  void limits_a_quantity_to_99_and_shows_a_notice_once() {
    shopper.add(7, 99);

    var page = shopper.add(7, 1);

    assertThat(page.page().select(".line .quantity").eachAttr("value")).containsExactly("99");
    assertThat(page.page().select(".notice").text()).contains("99 copies");
    assertThat(shopper.get("/basket").page().select(".notice")).isEmpty();
  }

  @Test
  void changes_quantities_and_removes_books() {
    shopper.add(1, 1);
    var full = shopper.add(2, 1).page();

    var changed = shopper.follow(shopper.press(full, "button[value=set]", "quantity", "10"));
    assertThat(changed.page().select(".line .quantity").eachAttr("value"))
        .containsExactly("10", "1");

    var left = shopper.follow(shopper.press(full, "button[value=remove]"));
    assertThat(left.page().select(".line h2").eachText()).containsExactly("Title 2");

    var empty = shopper.follow(shopper.press(full, ".line:last-child button[value=remove]"));
    assertThat(empty.page().select(".none")).hasSize(1);
  }

  @Test
  void rejects_a_51st_book_and_keeps_the_50() {
    for (int book = 1; book <= 50; book++) {
      shopper.post("/basket", "change", "add", "book", String.valueOf(book), "quantity", "1");
    }

    var page = shopper.add(51, 1);

    assertThat(page.page().select(".line")).hasSize(50);
    assertThat(page.page().select(".notice").text()).contains("50 different books");
    assertThat(shopper.add(50, 1).page().select(".notice")).isEmpty();
    assertThat(shopper.cookie("basket")).hasSizeLessThan(4_096);
  }

  @Test
  void loads_a_full_basket_with_one_call() {
    for (int book = 1; book <= 50; book++) {
      shopper.post("/basket", "change", "add", "book", String.valueOf(book), "quantity", "1");
    }
    shopper.setRetries(false);

    int before;
    RawHttp.Response page;
    do {
      before = backend.calls();
      page = shopper.get("/basket");
    } while (page.status() == 503); // a busy machine can miss a deadline

    assertThat(page.page().select(".line")).hasSize(50);
    assertThat(backend.calls()).isEqualTo(before + 1);
  }

  @Test
  void shows_an_empty_basket_without_a_call() {
    int before = backend.calls();

    assertShopsPage(shopper.get("/basket"), 200);
    assertThat(backend.calls()).isEqualTo(before);
  }

  @Test
  void shows_the_books_of_an_old_server_that_has_no_batches() {
    shopper.add(7, 2);
    shopper.add(8, 1);
    shopper.add(9, 1);
    backend.withdraw(8);
    var expected = shopper.get("/basket").page().select("main").html();
    backend.workWithoutBatches();

    var page = shopper.get("/basket").page();

    assertThat(page.select("main").html()).isEqualTo(expected);
    assertThat(page.select("footer .call").eachText())
        .extracting(call -> call.substring(0, call.indexOf(' ')))
        .containsExactly(
            "CatalogueService/BatchGetBooks",
            "CatalogueService/GetBook",
            "CatalogueService/GetBook",
            "CatalogueService/GetBook");
  }

  @ParameterizedTest
  @CsvSource({
    "add, 1, 0",
    "add, 1, 100",
    "add, 1, abc",
    "add, 1, ''",
    "add, 1, -1",
    "add, 1, 1.5",
    "add, 1, 99999999999999999999",
    "add, 1, ٣",
    "add, 0, 1",
    "add, -1, 1",
    "add, x, 1",
    "add, 2147483648, 1",
    "add, '', 1",
    "set, 1, 0",
    "set, 1, 100",
    "set, 1, abc",
    "remove, x, 1",
    "empty, 1, 1",
    "'', 1, 1"
  })
  void rejects_an_invalid_change_with_400_and_keeps_the_basket(
      String change, String book, String quantity) {
    shopper.add(1, 2);
    var before = shopper.cookie("basket");

    var page = shopper.post("/basket", "change", change, "book", book, "quantity", quantity);

    assertShopsPage(page, 400);
    assertThat(shopper.cookie("basket")).isEqualTo(before);
  }

  @Test
  void does_not_add_a_book_that_does_not_exist() {
    backend.withdraw(7);

    assertShopsPage(shopper.post("/basket", "change", "add", "book", "7", "quantity", "1"), 404);
    assertThat(shopper.cookie("basket")).isEmpty();
  }

  @Test
  void ignores_changes_of_books_that_are_not_in_the_basket() {
    shopper.add(1, 2);

    shopper.post("/basket", "change", "set", "book", "2", "quantity", "5");
    var page = shopper.follow(shopper.post("/basket", "change", "remove", "book", "3"));

    assertThat(page.page().select(".line h2").eachText()).containsExactly("Title 1");
  }

  @Test
  void shows_a_changed_price_once() {
    shopper.add(7, 2);
    backend.sell(7, "Title 7", 850);

    var page = shopper.get("/basket").page();

    assertThat(page.select("[data-notice=prices_changed]")).hasSize(1);
    assertThat(page.select(".line .each").text()).contains("$8.50").contains("was $7.00");
    assertThat(page.select(".total .price").text()).isEqualTo("$17.00");
    assertThat(shopper.get("/basket").page().select("[data-notice=prices_changed]")).isEmpty();
  }

  @Test
  void shows_that_a_price_changed_after_the_book_s_page_was_opened() {
    var book = shopper.get("/books/7").page();
    backend.sell(7, "Title 7", 850);

    var page = shopper.follow(shopper.press(book, ".buy button")).page();

    assertThat(page.select(".line .each").text()).contains("was $7.00");
  }

  @Test
  void shows_an_unavailable_book_and_hides_the_link_to_the_checkout() {
    shopper.add(7, 2);
    shopper.add(8, 1);
    backend.withdraw(7);

    var page = shopper.get("/basket").page();

    assertThat(page.select(".line.gone").text()).contains("Book number 7", "no longer available");
    assertThat(page.select("[data-notice=unavailable]")).hasSize(1);
    assertThat(page.select("a[href=/checkout]")).isEmpty();
    assertThat(page.select(".total .price").text()).isEqualTo("$8.00");

    var rest = shopper.follow(shopper.press(page, ".gone button[value=remove]"));
    assertThat(rest.page().select("a[href=/checkout]")).hasSize(1);
    assertThat(rest.page().select(".notice")).isEmpty();
  }

  @Test
  void responds_503_and_keeps_the_basket_if_the_catalogue_is_unavailable() {
    shopper.add(7, 2);
    var before = shopper.cookie("basket");
    backend.failWith(Status.UNAVAILABLE);
    shopper.setRetries(false);

    var page = shopper.get("/basket");

    assertShopsPage(page, 503);
    assertThat(page.header("Retry-After")).isEqualTo("5");
    assertThat(page.page().text()).contains("Your basket is kept");
    assertThat(shopper.cookie("basket")).isEqualTo(before);
    backend.work();
    shopper.setRetries(true);
    assertThat(shopper.get("/basket").page().select(".line")).hasSize(1);
  }

  @Test
  void every_page_shows_the_number_of_books_in_the_basket() {
    shopper.add(7, 2);
    shopper.add(8, 1);

    for (var path : new String[] {"/", "/books/1", "/search", "/categories/mystery", "/nowhere"}) {
      var page = shopper.get(path);

      assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket, 3 items");
      assertThat(page.header("Cache-Control")).isEqualTo("private, no-cache");
    }
    assertThat(RawHttp.get(shop.port(), "/").page().select(".to-basket").text())
        .isEqualTo("Basket");
  }

  @Test
  void the_cookie_is_http_only_and_same_site_and_secure_over_https() {
    var body = "change=add&book=1&quantity=1";

    assertThat(shopper.postRaw("/basket", body, "").header("Set-Cookie"))
        .matches("basket=[A-Za-z0-9._-]+; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    assertThat(
            shopper.postRaw("/basket", body, "X-Forwarded-Proto: https\r\n").header("Set-Cookie"))
        .as("without a trusted proxy")
        .endsWith("; HttpOnly; SameSite=Lax");
    assertThat(shopper.get("/").header("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "\"",
        "\"x",
        "%00",
        "1.abcdefghijklmnopqrst_-.o.1-1-1_.",
        "1.abcdefghijklmnopqrst_-.o.1-100-1.",
        "1.abcdefghijklmnopqrst_-.o.99999999999-1-1",
        "a b c",
        "a,b",
        "<script>",
        "\u00ff\u00fe",
        "=;=;;;"
      })
  void treats_an_invalid_cookie_as_an_empty_basket(String value) {
    shopper.setCookie("basket", value);
    try (var log = CapturedLog.begin()) {
      for (var path : new String[] {"/basket", "/"}) {
        var page = shopper.get(path);

        assertShopsPage(page, 200);
        assertThat(page.page().select(".line, .items")).isEmpty();
      }
      assertThat(shopper.add(7, 1).page().select(".line")).hasSize(1);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void treats_an_oversized_cookie_as_an_empty_basket() {
    shopper.setCookie("basket", "1.abcdefghijklmnopqrst_-.o." + "1-1-1_".repeat(1_000) + "1-1-1.");

    assertShopsPage(shopper.get("/basket"), 200);
  }

  @Test
  void treats_a_truncated_cookie_as_an_empty_basket() {
    shopper.add(7, 12);
    shopper.add(8, 1);
    var whole = shopper.cookie("basket");
    for (int length = 0; length < whole.length(); length++) {
      shopper.setCookie("basket", whole.substring(0, length));

      assertThat(shopper.get("/basket").page().select(".none"))
          .as("%s characters", length)
          .hasSize(1);
    }
  }

  @Test
  void escapes_hostile_titles() {
    var hostile = "<script>alert('1')</script> & \"quotes\" ${7*7} [[${7*7}]]";
    backend.sell(7, hostile, 100);

    var page = shopper.add(7, 1).page();

    assertThat(page.select("script")).isEmpty();
    assertThat(page.select(".line h2").text()).isEqualTo(hostile);
    assertThat(page.select("button[value=remove]").attr("aria-label"))
        .isEqualTo("Remove " + hostile);
  }

  @Test
  void rejects_a_form_of_17_kb_with_413_with_or_without_a_content_length() {
    assertShopsPage(shopper.postRaw("/basket", "x=" + "y".repeat(17_000), ""), 413);
    var chunked =
        "POST /basket HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n4268\r\n"
            + "x".repeat(0x4268)
            + "\r\n0\r\n\r\n";
    assertShopsPage(RawHttp.exchange(shop.port(), chunked), 413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"change=add&book=1&quantity=%ff", "change=%zz", "book=%", "book=1%00"})
  void rejects_a_malformed_form_with_400(String body) {
    assertShopsPage(shopper.postRaw("/basket", body, ""), 400);
  }

  @Test
  void rejects_other_content_types_with_415() {
    assertShopsPage(
        RawHttp.exchange(
            shop.port(),
            "POST /basket HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
        415);
  }

  @Test
  void allows_only_get_head_and_post() {
    var page = RawHttp.send(shop.port(), "DELETE", "/basket");

    assertShopsPage(page, 405);
    assertThat(page.header("Allow").split(", *")).containsExactlyInAnyOrder("GET", "HEAD", "POST");
  }
}
