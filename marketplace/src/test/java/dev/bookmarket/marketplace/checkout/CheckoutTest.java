package dev.bookmarket.marketplace.checkout;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.runtime.CapturedLog;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the checkout over real HTTP and real gRPC with working backends. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CheckoutTest {
  @RegisterExtension private static final TestShop shop = TestShop.start();

  private Shopper shopper;

  @BeforeEach
  void addTwoBooks() {
    shopper = shop.shopper();
    shopper.add(7, 2);
    shopper.add(8, 1);
  }

  @Test
  void shows_the_order_summary_and_that_there_is_nothing_to_pay() {
    var page = shopper.get("/checkout");

    assertShopsPage(page, 200);
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7", "Title 8");
    assertThat(page.page().select(".line .sum").eachText()).containsExactly("$14.00", "$8.00");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");
    assertThat(page.page().text()).contains("There is nothing to pay");
    assertThat(page.page().select("[role=alert], [role=status], [aria-invalid]")).isEmpty();
  }

  @Test
  void every_field_has_a_label() {
    for (var field : shopper.get("/checkout").page().select(".deliver :is(input, textarea)")) {
      if (!field.attr("type").equals("hidden")) {
        assertThat(field.root().select("label[for=" + field.id() + "]")).hasSize(1);
      }
    }
  }

  @Test
  void every_request_of_a_full_basket_needs_at_most_one_catalogue_call() {
    for (int book = 9; book <= 56; book++) {
      shopper.post("/basket", "change", "add", "book", String.valueOf(book), "quantity", "1");
    }

    assertThat(callsOf(200, () -> shopper.get("/basket"))).isOne();
    assertThat(callsOf(303, () -> change("add"))).isOne();
    assertThat(callsOf(303, () -> change("set"))).isZero();
    assertThat(callsOf(200, () -> shopper.get("/checkout"))).isOne();
    var form = shopper.get("/checkout").page();
    assertThat(form.select(".line")).hasSize(50);
    assertThat(callsOf(422, () -> shopper.press(form, ".deliver button", "name", ""))).isOne();
    assertThat(callsOf(303, () -> order(form))).isOne();
    assertThat(shop.orders().stored().get(0).getLinesCount()).isEqualTo(50);
    assertThat(callsOf(200, () -> shopper.get("/orders/order1"))).isZero();
    assertThat(callsOf(303, () -> change("remove"))).isZero();
  }

  @Test
  void redirects_an_empty_basket_to_the_basket_s_page() {
    var other = shop.shopper();

    assertThat(other.follow(other.get("/checkout")).page().select(".none")).hasSize(1);
    assertThat(other.cookie("visitor")).isEmpty();
  }

  @Test
  void does_not_order_an_unavailable_book() {
    var form = shopper.get("/checkout").page();
    shop.catalogue().withdraw(7);

    for (var response : List.of(shopper.get("/checkout"), order(form))) {
      assertThat(shopper.follow(response).page().select("[data-notice=unavailable]")).hasSize(1);
    }
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void stores_the_order_that_the_form_showed() {
    order(shopper.get("/checkout").page());

    assertThat(shop.orders().stored())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.getName()).isEqualTo("Ada Müller");
              assertThat(order.getPhone()).isEqualTo("+15550100");
              assertThat(order.getAddress()).isEqualTo("1 Main Street\nSpringfield");
              assertThat(order.getBuyerId()).isEqualTo(shopper.cookie("visitor"));
              assertThat(order.getLinesList())
                  .extracting("bookId", "title", "quantity", "unitPriceCents")
                  .containsExactly(tuple(7, "Title 7", 2, 700L), tuple(8, "Title 8", 1, 800L));
            });
  }

  @Test
  void redirects_to_the_confirmation_and_empties_the_basket() {
    var redirect = order(shopper.get("/checkout").page());

    assertThat(redirect.header("Location")).isEqualTo("/orders/order1");
    var page = shopper.follow(redirect);
    assertShopsPage(page, 200);
    assertThat(page.page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(page.page().select(".line h3").eachText()).containsExactly("Title 7", "Title 8");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$22.00");
    assertThat(page.page().select(".facts").text())
        .contains("order1", "15 January 2027, 08:01 UTC", "Ada Müller", "+15550100", "1 Main");
    assertThat(page.page().select(".to-basket").text()).isEqualTo("Basket");
    assertThat(shopper.get("/orders/order1").page().select("h1").text()).isEqualTo("Your order");
  }

  @Test
  void confirms_an_order_only_on_its_own_page() {
    shopper.follow(order(shopper.get("/checkout").page()));
    shopper.add(7, 1);
    var second = order(shopper.get("/checkout").page());

    var page = shopper.get("/orders/order1").page();
    assertThat(page.select("h1").text()).isEqualTo("Your order");
    assertThat(page.select("[data-notice]")).isEmpty();
    assertThat(shopper.follow(second).page().select("h1").text()).isEqualTo("Thank you!");
    assertThat(shopper.follow(second).page().select("h1").text()).isEqualTo("Your order");
  }

  @ParameterizedTest
  @ValueSource(strings = {"placed", "placed.", "placed.order2", "thanks.order1", "placed.order1.x"})
  void a_cookie_about_something_else_confirms_no_order(String notice) {
    shopper.follow(order(shopper.get("/checkout").page()));
    shopper.setCookie("notice", notice);

    assertThat(shopper.get("/orders/order1").page().select("h1").text()).isEqualTo("Your order");
  }

  @Test
  void lists_the_calls_of_a_submission_in_the_footer() {
    var form = shopper.get("/checkout").page();
    shopper.add(9, 1);

    var calls = order(form).page().select("footer .call").eachText();

    assertThat(calls)
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("CatalogueService/BatchGetBooks ");
  }

  @Test
  void orders_the_next_basket_separately() {
    order(shopper.get("/checkout").page());
    shopper.add(7, 2);
    shopper.add(8, 1);

    order(shopper.get("/checkout").page());

    assertThat(shop.orders().stored()).hasSize(2);
    assertThat(shop.orders().stored()).extracting("idempotencyKey").doesNotHaveDuplicates();
  }

  @Test
  void submitting_twice_orders_once() {
    var form = shopper.get("/checkout").page();

    var first = order(form);
    var second = order(form);

    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    assertThat(shop.orders().stored()).hasSize(1);
    assertThat(shopper.follow(second).page().select("h1").text()).isEqualTo("Thank you!");
  }

  @Test
  void submitting_ten_times_concurrently_orders_once() {
    var form = shopper.get("/checkout").page();
    var presses =
        IntStream.range(0, 10)
            .mapToObj(press -> shopper.otherWindow())
            .map(window -> CompletableFuture.supplyAsync(() -> order(window, form)))
            .toList();

    assertThat(presses.stream().map(CompletableFuture::join))
        .allMatch(response -> response.status() == 303)
        .allMatch(response -> response.header("Location").equals("/orders/order1"));
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  void an_old_form_leads_to_its_order_and_keeps_the_new_basket() {
    var form = shopper.get("/checkout").page();
    order(form);
    shopper.add(9, 1);

    var again = order(form);

    assertThat(again.header("Location")).isEqualTo("/orders/order1");
    assertThat(shopper.get("/basket").page().select(".line h2").eachText())
        .containsExactly("Title 9");
    assertThat(shop.orders().stored()).hasSize(1);
  }

  @Test
  void does_not_order_a_basket_that_changed_in_another_window() {
    var form = shopper.get("/checkout").page();
    shopper.add(9, 1);

    var page = order(form);

    assertShopsPage(page, 409);
    assertThat(page.page().select("[data-notice=basket_changed]")).hasSize(1);
    assertThat(page.page().select(".line")).hasSize(3);
    assertThat(page.page().select("#name").val()).isEqualTo("Ada Müller");
    assertThat(shop.orders().placeRequests()).isEmpty();
    assertThat(order(page.page()).status()).isEqualTo(303);
    assertThat(shop.orders().stored().get(0).getLinesCount()).isEqualTo(3);
  }

  @Test
  void does_not_order_at_a_price_that_changed_after_the_form_was_shown() {
    var form = shopper.get("/checkout").page();
    shop.catalogue().sell(7, "Title 7", 950);

    var page = order(form);

    assertShopsPage(page, 409);
    assertThat(page.page().select("[data-notice=prices_changed]")).hasSize(1);
    assertThat(page.page().expectFirst(".line .each").text()).contains("$9.50", "was $7.00");
    assertThat(page.page().select(".total .price").text()).isEqualTo("$27.00");
    assertThat(page.page().select("#address").val()).contains("1 Main Street");
    assertThat(shop.orders().placeRequests()).isEmpty();

    assertThat(order(page.page()).status()).isEqualTo(303);
    assertThat(shop.orders().stored().get(0).getTotalCents()).isEqualTo(2_700);
  }

  @Test
  void shows_a_price_that_changed_after_the_basket_was_shown() {
    shop.catalogue().sell(7, "Title 7", 950);

    var page = shopper.get("/checkout").page();

    assertThat(page.expectFirst(".line .each").text()).contains("was $7.00");
    assertThat(order(page).status()).isEqualTo(303);
  }

  @Test
  void the_form_cannot_set_the_price() {
    var form = shopper.get("/checkout").page();
    form.select("input[name=shown]").val("7-2-1_8-1-1");

    assertShopsPage(order(form), 409);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "7-2-700", "7-2-700_8-1-800_9-1-900", "7-2-700_8-1-800_"})
  void a_forged_form_orders_nothing(String shown) {
    var form = shopper.get("/checkout").page();
    form.select("input[name=shown]").val(shown);

    assertShopsPage(order(form), 409);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "aaaaaaaaaaaaaaaaaaaaaa", "<script>"})
  void a_forged_key_orders_nothing(String key) {
    var form = shopper.get("/checkout").page();
    form.select("input[name=key]").val(key);

    assertShopsPage(order(form), 409);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void shows_errors_of_empty_fields_beside_them_and_in_a_summary() {
    var page = shopper.press(shopper.get("/checkout").page(), ".deliver button");

    assertShopsPage(page, 422);
    // A switch of the language would reload the page and lose the entries.
    assertThat(page.page().select("[action=/preferences]")).isEmpty();
    assertThat(page.page().title()).startsWith("Error: ");
    assertThat(page.page().select(".errors a").eachAttr("href"))
        .containsExactly("#name", "#phone", "#address");
    for (var field : List.of("name", "phone", "address")) {
      var input = page.page().expectFirst("#" + field);
      assertThat(input.attr("aria-invalid")).isEqualTo("true");
      assertThat(input.attr("aria-describedby").split(" ")).contains(field + "-error");
      assertThat(page.page().select("#" + field + "-error").text()).startsWith("Please enter");
    }
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "name, '   '",
    "name, '\u00a0\u2003'",
    "name, \u2800",
    "name, \u3164\u200b",
    "address, \ufeff",
    "phone, 12",
    "phone, 1234567890123456",
    "phone, +",
    "phone, ++123",
    "phone, 12+3",
    "phone, call me",
    "phone, ١٢٣٤",
    "address, '  '"
  })
  void shows_the_error_of_an_invalid_field_and_keeps_all_entries(String field, String value) {
    var page =
        shopper.press(
            shopper.get("/checkout").page(),
            ".deliver button",
            "name",
            field.equals("name") ? value : "Ada <b>",
            "phone",
            field.equals("phone") ? value : "(555) 0100",
            "address",
            field.equals("address") ? value : "1 Main\r\n</textarea>Street");

    assertShopsPage(page, 422);
    assertThat(page.page().select("[aria-invalid=true]").eachAttr("name")).containsExactly(field);
    var input = page.page().expectFirst("#" + field);
    assertThat(field.equals("address") ? input.wholeText() : input.val()).isEqualTo(value);
    if (!field.equals("name")) {
      assertThat(page.page().expectFirst("#name").val()).isEqualTo("Ada <b>");
    }
    if (!field.equals("address")) {
      assertThat(page.page().expectFirst("#address").wholeText().replace("\r", ""))
          .isEqualTo("1 Main\n</textarea>Street");
    }
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void counts_lengths_in_code_points() {
    var form = shopper.get("/checkout").page();
    var longest = List.of("😀".repeat(100), "😀\r\n".repeat(250));

    assertThat(
            shopper
                .press(
                    form,
                    ".deliver button",
                    "name",
                    longest.get(0) + "x",
                    "phone",
                    "123",
                    "address",
                    longest.get(1) + "xyz")
                .page()
                .select("[aria-invalid=true]")
                .eachAttr("name"))
        .containsExactly("name", "address");
    assertThat(
            shopper
                .press(
                    form,
                    ".deliver button",
                    "name",
                    longest.get(0),
                    "phone",
                    "123",
                    "address",
                    longest.get(1))
                .status())
        .isEqualTo(303);
  }

  @ParameterizedTest
  @CsvSource({
    "+1 (555) 010-0, +15550100",
    "555.0100, 5550100",
    "'  030 / 1', 0301",
    "'03ー1234・5678', 0312345678",
    "'030\uff5e123\ufe0f', 030123",
    "0​30, 030",
    "\u202a+49 30 1234\u202c, +49301234",
    "\u2068+1\u00a0555\u202f0100\u2069\u200e, +15550100",
    "＋４９（３０）１２３４, +49301234",
    "030\u2212123\u2013456\u2011789, 030123456789",
    "030\u00ad123\ufeff, 030123",
    "030.123.456, 030123456",
    "tel:+1-201-555-0123, +12015550123",
    "TEL:0301, 0301",
    "030／123⁄4∕5, 03012345",
    "'030\t123', 030123",
    "'030,123', 030123",
    "+44 (0)20 7946 0958, +442079460958",
    "+49 (0)30 (0) 12, +4930012",
    "0049\u00a0(\u202f0 ) 30 1234, 0049301234",
    "＋４９（０）３０１２３４, +49301234",
    "tel:+44(0)20-7946, +44207946",
    "+39 (0)6 1234, +39061234",
    "+49 (030) 1234, +490301234",
    "(0)30 123, 030123",
    "1+23, ''",
    "tel:, ''",
    "12tel:34, ''",
    "030x123, ''",
    "*#06#, ''",
    "१२३४, ''",
    "030 1234, 0301234",
    "123, 123"
  })
  void normalizes_phone_numbers(String entered, String stored) {
    var page =
        shopper.press(
            shopper.get("/checkout").page(),
            ".deliver button",
            "name",
            "Ada",
            "phone",
            entered,
            "address",
            "1 Main");

    assertThat(page.status()).isEqualTo(stored.isEmpty() ? 422 : 303);
    assertThat(shop.orders().stored())
        .extracting("phone")
        .isEqualTo(stored.isEmpty() ? List.of() : List.of(stored));
  }

  @Test
  void the_first_submission_without_a_valid_cookie_orders_nothing() {
    var form = shopper.get("/checkout").page();
    for (var broken : List.of("", "x", "aaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaa!")) {
      shopper.setCookie("visitor", broken);

      var page = order(form);

      assertShopsPage(page, 409);
      assertThat(page.page().select("[data-notice=new_visitor]")).hasSize(1);
      assertThat(shopper.cookie("visitor")).matches("[A-Za-z0-9_-]{22}");
      assertThat(shop.orders().placeRequests()).isEmpty();
    }
    assertThat(order(form).status()).isEqualTo(303);
  }

  @Test
  void only_the_checkout_sets_the_visitor_s_cookie() {
    var other = shop.shopper();
    for (var path : List.of("/", "/books/7", "/basket", "/orders", "/search")) {
      other.get(path);
    }
    other.add(7, 1);
    assertThat(other.cookie("visitor")).isEmpty();

    var set = other.get("/checkout").header("Set-Cookie");

    assertThat(set)
        .matches("visitor=[A-Za-z0-9_-]{22}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
    assertThat(other.cookie("visitor")).isNotEqualTo(shopper.cookie("visitor"));
  }

  @Test
  void shortens_a_title_that_is_too_long_for_an_order() {
    shop.catalogue().sell(7, "😀".repeat(501), 700);

    assertThat(order(shopper.get("/checkout").page()).status()).isEqualTo(303);

    assertThat(shop.orders().stored().get(0).getLines(0).getTitle())
        .isEqualTo("😀".repeat(499) + "…");
  }

  @Test
  void escapes_hostile_titles_names_and_addresses() {
    var hostile = "<script>alert('1')</script> & \"quotes\" ${7*7} [[${7*7}]]";
    shop.catalogue().sell(7, hostile, 700);
    var form = shopper.get("/checkout").page();
    assertThat(form.select("script")).isEmpty();

    var page =
        shopper.follow(
            shopper.press(
                form, ".deliver button", "name", hostile, "phone", "123", "address", hostile));

    assertThat(page.page().select("script")).isEmpty();
    assertThat(page.page().expectFirst(".line h3").text()).isEqualTo(hostile);
    assertThat(page.page().select(".facts dd").eachText()).contains(hostile);
    assertThat(shopper.get("/orders").page().select("script")).isEmpty();
  }

  @Test
  void shows_a_rejection_by_the_orders_service_with_400() {
    shop.orders()
        .failPlacing(Status.INVALID_ARGUMENT.withDescription("phone is a fax machine"), false);

    var page = order(shopper.get("/checkout").page());

    assertShopsPage(page, 400);
    assertThat(page.page().text()).contains("phone is a fax machine");
  }

  @Test
  void rejects_a_form_from_another_site() {
    shopper.get("/checkout");

    var page =
        shopper.postRaw(
            "/checkout",
            "name=A&phone=123&address=B&key=" + shopper.cookie("basket").substring(2, 24),
            "Sec-Fetch-Site: cross-site\r\n");

    assertShopsPage(page, 403);
    assertThat(shop.orders().placeRequests()).isEmpty();
  }

  @Test
  void rejects_an_address_of_17_kb_with_413() {
    assertShopsPage(
        shopper.press(
            shopper.get("/checkout").page(), ".deliver button", "address", "x".repeat(17_000)),
        413);
  }

  @Test
  void writes_no_personal_data_to_the_log_or_to_urls() {
    try (var log = CapturedLog.begin()) {
      shopper.press(shopper.get("/checkout").page(), ".deliver button", "name", "Zaphod");
      shop.orders().failPlacing(Status.INTERNAL.withDescription("broken"), false);
      var page = zaphodOrders(shopper.get("/checkout").page());
      assertThat(page.status()).isEqualTo(503);
      shop.orders().work();
      var done = zaphodOrders(page.page());
      shopper.follow(done);
      shopper.get("/orders");

      assertThat(done.header("Location")).isEqualTo("/orders/order1");
      assertThat(log.lines()).singleElement().asString().contains("OrderService");
      assertThat(String.join("\n", log.lines()))
          .doesNotContain("Zaphod", "42424242", "Betelgeuse", shopper.cookie("visitor"), "Title 7");
    }
  }

  private RawHttp.Response zaphodOrders(Document form) {
    return shopper.press(
        form, ".deliver button", "name", "Zaphod", "phone", "42424242", "address", "Betelgeuse");
  }

  private RawHttp.Response order(Document form) {
    return order(shopper, form);
  }

  private RawHttp.Response change(String change) {
    return shopper.post("/basket", "change", change, "book", "20", "quantity", "1");
  }

  /** Returns how many calls the catalogue got for a request that is responded to with a status. */
  private int callsOf(int status, Supplier<RawHttp.Response> request) {
    shopper.setRetries(false);
    int before;
    RawHttp.Response response;
    do {
      before = shop.catalogue().calls();
      response = request.get();
    } while (response.status() == 503); // a busy machine can miss a deadline
    shopper.setRetries(true);
    assertThat(response.status()).as(response.body()).isEqualTo(status);
    return shop.catalogue().calls() - before;
  }

  private static RawHttp.Response order(Shopper who, Document form) {
    return who.press(
        form,
        ".deliver button",
        "name",
        "Ada Müller",
        "phone",
        "+1 (555) 01-00",
        "address",
        " 1 Main Street\r\nSpringfield\r\n");
  }
}
