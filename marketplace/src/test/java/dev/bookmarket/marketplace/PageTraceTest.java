package dev.bookmarket.marketplace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Status;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages show about how they were made, without exported spans. */
class PageTraceTest {
  private static final String COOKIE = "form-trace";

  private static final TestTelemetry telemetry = TestTelemetry.begin(Sampler.alwaysOff());
  @RegisterExtension private static final TestShop shop = TestShop.start();
  private final Shopper shopper = shop.shopper();

  @AfterAll
  static void stop() {
    telemetry.close();
  }

  @BeforeEach
  void turnOn() {
    shopper.setCookie("trace", "on");
  }

  @Test
  void the_switch_is_off_by_default() {
    var page = shop.shopper().get("/").page();

    assertThat(page.select("[name=trace]").attr("aria-pressed")).isEqualTo("false");
    assertThat(page.select(".waterfall")).isEmpty();
  }

  @Test
  void the_switch_turns_the_waterfall_on_and_off() {
    var visitor = shop.shopper();

    var on = visitor.follow(visitor.press(visitor.get("/").page(), "[name=trace]")).page();
    var off = visitor.follow(visitor.press(on, "[name=trace]")).page();

    assertThat(on.select("[name=trace]").attr("aria-pressed")).isEqualTo("true");
    assertThat(on.select(".waterfall")).hasSize(1);
    assertThat(off.select(".waterfall")).isEmpty();
    assertThat(visitor.cookie("trace")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace=", "trace=yes", "trace=On", "trace=on+"})
  void an_invalid_choice_is_rejected(String body) {
    var response = shopper.postRaw("/preferences", body, "Sec-Fetch-Site: same-origin\r\n");

    TestShop.assertShopsPage(response, 400);
  }

  @ParameterizedTest
  @CsvSource({
    "/, GET /, Recommendations/Recommend, home",
    "/categories/mystery, GET /categories/{slug}, CatalogueService/ListBooks, category",
    "/books/1, GET /books/{id}, CatalogueService/GetBook, book",
    "/search?q=title, GET /search, CatalogueService/SearchBooks, search",
  })
  void a_page_shows_its_calls_with_their_attempts_and_the_work_of_the_services(
      String path, String first, String call, String template) {
    var steps = stepsOf(shopper.get(path).page());

    assertThat(steps.get(0)).startsWith("d0 server: " + first + " ").contains("so far");
    assertThat(steps)
        .anyMatch(step -> step.startsWith("d1 call: " + call + " ") && step.contains("OK"));
    assertThat(steps)
        .anyMatch(
            step -> step.matches("d2 attempt: Attempt 1 by \\S+ OK deadline after \\d+ ms.*"));
    assertThat(steps).anyMatch(step -> step.startsWith("d3 server: In the service"));
    assertThat(steps)
        .anyMatch(step -> step.startsWith("d1 internal: render " + template + " so far"));
  }

  @Test
  void a_page_shows_its_trace_id() {
    assertThat(shopper.get("/").page().select(".waterfall > p code").text())
        .matches("[0-9a-f]{32}");
  }

  /** The second page and the third have the cached HTML of the first. */
  @Test
  void each_page_has_its_own_trace_id_and_times() {
    var responses = Stream.generate(() -> shopper.get("/")).limit(3).toList();
    var pages = responses.stream().map(response -> response.page()).toList();

    assertThat(responses).allSatisfy(html -> assertThat(html.body()).doesNotContain("\u0001"));
    assertThat(pages)
        .extracting(page -> page.select(".waterfall > p code").text())
        .doesNotHaveDuplicates();
    for (var page : pages) {
      assertThat(page.select(".waterfall td").eachText())
          .allSatisfy(text -> assertThat(text).matches("\\d+\\.\\d"));
      assertThat(stepsOf(page)).hasSameSizeAs(page.select(".waterfall rect"));
    }
  }

  @Test
  void each_bar_is_inside_the_whole_time() {
    for (var bar : shopper.get("/").page().select(".waterfall rect")) {
      var x = percent(bar, "x");
      assertThat(x).isBetween(0.0, 100.0);
      assertThat(x + percent(bar, "width")).isBetween(0.0, 100.2);
    }
  }

  @Test
  void a_page_in_chinese_shows_the_steps_in_chinese() {
    shopper.setCookie("language", "zh");

    var page = shopper.get("/books/1").page();

    assertThat(page.select(".waterfall h2").text()).isEqualTo("本页的生成过程");
    assertThat(stepsOf(page)).anyMatch(step -> step.startsWith("d2 attempt: 第 1 次尝试"));
  }

  @Test
  void an_error_page_shows_the_calls_that_failed() {
    shop.catalogue().failWith(Status.UNAVAILABLE);
    shopper.setRetries(false);

    var response = RawHttp.inTime(() -> shopper.get("/books/1"));

    TestShop.assertShopsPage(response, 503);
    assertThat(stepsOf(response.page()))
        .anyMatch(step -> step.startsWith("d1 call: CatalogueService/GetBook UNAVAILABLE"))
        .anyMatch(step -> step.startsWith("d2 attempt: Attempt 2 by "));
    assertThat(stepsOf(shopper.get("/nothing").page()).get(0)).startsWith("d0 server: GET");
  }

  @Test
  void the_time_of_a_service_that_hangs_is_a_gap_until_the_deadline() {
    shop.catalogue().hang();
    shopper.setRetries(false);

    var page = shopper.get("/books/1").page();

    var steps = stepsOf(page);
    var attempt =
        IntStream.range(0, steps.size())
            .filter(
                i ->
                    steps.get(i).startsWith("d2 attempt: Attempt 1 by 127.0.0.1 DEADLINE_EXCEEDED"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(steps.toString()));
    assertThat(steps.get(attempt + 1)).startsWith("d3 gap: No response");
    assertThat(page.select(".attempt line")).isNotEmpty();
    assertThat(page.select(".attempt line"))
        .allSatisfy(line -> assertThat(percent(line, "x1")).isBetween(0.0, 100.0));
  }

  @Test
  void the_page_after_a_form_shows_the_steps_of_the_form_once() {
    var redirect = shopper.post("/basket", "change", "add", "book", "1", "quantity", "1");
    assertThat(redirect.header("Set-Cookie"))
        .containsPattern(COOKIE + "=[\\w-]+; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");

    var page = shopper.follow(redirect).page();

    assertThat(page.select(".waterfall h2").eachText())
        .containsExactly("How the form was processed", "How this page was made");
    assertThat(stepsOf(page))
        .anyMatch(step -> step.startsWith("d0 server: POST /basket"))
        .anyMatch(step -> step.startsWith("d1 call: CatalogueService/GetBook"));
    assertThat(page.select(".waterfall > p code").eachText()).doesNotHaveDuplicates().hasSize(2);
    assertThat(page.select(".waterfall td").eachText())
        .allSatisfy(text -> assertThat(text).matches("\\d+\\.\\d"));
    assertThat(shopper.cookie(COOKIE)).isEmpty();
    assertThat(shopper.get("/basket").page().select(".waterfall")).hasSize(1);
  }

  @Test
  void an_order_shows_its_calls_without_what_the_visitor_entered() {
    shopper.add(1, 2);
    var form = shopper.get("/checkout").page();

    var redirect =
        shopper.press(
            form,
            "main form[action=/checkout] button",
            "name",
            "Zyzzyva",
            "phone",
            "+4930555777",
            "address",
            "Quincunx 1");
    var page = shopper.follow(redirect).page();

    assertThat(stepsOf(page))
        .anyMatch(step -> step.startsWith("d0 server: POST /checkout"))
        .anyMatch(step -> step.startsWith("d1 call: OrderService/PlaceOrder"));
    assertThat(page.select(".waterfall").text())
        .doesNotContain("Zyzzyva", "4930555777", "Quincunx", shopper.cookie("visitor"));
  }

  @Test
  void a_form_without_the_switch_leaves_no_cookie() {
    var redirect = shop.shopper().post("/basket", "change", "add", "book", "1", "quantity", "1");

    assertThat(redirect.header("Set-Cookie")).doesNotContain(COOKIE);
  }

  @Test
  void the_steps_of_a_form_are_forgotten_when_the_switch_is_turned_off() {
    shopper.post("/basket", "change", "add", "book", "1", "quantity", "1");
    assertThat(shopper.cookie(COOKIE)).isNotEmpty();

    shopper.post("/preferences", "trace", "off");

    assertThat(shopper.cookie(COOKIE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "%00",
        "====",
        "eJw",
        "<script>alert(1)</script>",
        "{}",
        "[]",
        "{\"steps\":[]}",
        "{\"steps\":[null,null]}",
        "{\"id\":\"<b>\",\"steps\":\"x\"}",
      })
  void ignores_an_invalid_cookie(String cookie) throws IOException {
    for (var value : List.of(cookie, cookieOf(cookie))) {
      shopper.setCookie(COOKIE, value);

      var page = shopper.get("/books/1");

      TestShop.assertShopsPage(page, 200);
      assertThat(page.page().select(".waterfall")).hasSize(1);
      assertThat(page.header("Set-Cookie")).contains(COOKIE + "=; Path=/; Max-Age=0");
    }
  }

  @Test
  void a_cookie_cannot_contain_html() throws IOException {
    var html = "<script>alert(1)</script>\u202e\\\"'&";
    var step =
        "{\"kind\":\"STATEMENT\",\"name\":\"%1$s\",\"status\":\"%1$s\",\"replica\":\"%1$s\",\"statement\":\"%1$s\"}"
            .formatted(html.replace("\\", "\\\\").replace("\"", "\\\""));
    shopper.setCookie(
        COOKIE, cookieOf("{\"id\":\"" + "a".repeat(32) + "\",\"steps\":[" + step + "]}"));

    var page = shopper.get("/books/1");

    assertThat(page.body()).doesNotContain("<script>alert", "\u202e");
    assertThat(page.page().select(".waterfall b").text()).contains("<script>alert(1)</script>");
  }

  @Test
  void the_first_readable_of_several_cookies_counts() throws IOException {
    shopper.setCookie("a", "b; " + COOKIE + "=old; " + COOKIE + "=" + cookieOf("{\"steps\":[{}]}"));

    assertThat(shopper.get("/books/1").page().select(".waterfall")).hasSize(2);
  }

  @Test
  void only_the_first_ten_cookies_are_read() throws IOException {
    var others = (COOKIE + "=old; ").repeat(10);
    shopper.setCookie("a", "b; " + others + COOKIE + "=" + cookieOf("{\"steps\":[{}]}"));

    assertThat(shopper.get("/books/1").page().select(".waterfall")).hasSize(1);
  }

  @Test
  void a_cookie_that_expands_to_much_text_is_ignored() throws IOException {
    var bomb = cookieOf("{\"steps\":[" + "{},".repeat(300_000) + "{}]}");
    assertThat(bomb).hasSizeGreaterThan(1_024);
    shopper.setCookie(COOKIE, bomb.substring(0, 1_024));
    assertThat(shopper.get("/books/1").page().select(".waterfall")).hasSize(1);

    shopper.setCookie(COOKIE, cookieOf("{\"steps\":[" + "{},".repeat(20_000) + "{}]}"));
    assertThat(shopper.get("/books/1").page().select(".waterfall")).hasSize(1);

    shopper.setCookie(COOKIE, cookieOf("{\"steps\":[" + "{},".repeat(2_000) + "{}]}"));
    assertThat(shopper.get("/books/1").page().select(".waterfall tr")).hasSizeLessThan(130);
  }

  @Test
  void the_cookies_of_a_visitor_with_a_full_basket_fit_into_a_request() {
    var lines =
        IntStream.range(0, 50)
            .mapToObj(i -> (Integer.MAX_VALUE - i) + "-99-1000000000")
            .collect(Collectors.joining("."));
    shopper.setCookie("basket", "1." + "a".repeat(22) + ".o." + lines + ".");
    shopper.setCookie("visitor", "v".repeat(64));
    shopper.setCookie("name", "n".repeat(600)); // 100 characters outside of ASCII
    shopper.setCookie("language", "zh");
    shopper.setCookie("scheme", "dark");
    shopper.setCookie("notice", "n".repeat(63)); // the longest code, a dot and an order number
    shopper.setCookie(COOKIE, "c".repeat(1_024));

    var response = shopper.get("/search?q=" + "%E7%BA%A2".repeat(200));

    assertThat(response.status()).isEqualTo(200);
  }

  @Test
  void the_html_grows_by_at_most_six_kilobytes() {
    for (var path : List.of("/", "/categories/mystery", "/books/1", "/search?q=title")) {
      var without = shop.shopper().get(path).body().length();

      assertThat(shopper.get(path).body().length() - without).as(path).isBetween(500, 6_000);
    }
  }

  /** Returns the value of a cookie that contains this trace, as the shop encodes it. */
  private static String cookieOf(String json) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(json.getBytes(US_ASCII));
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /** Returns the class and the text of each row. */
  private static List<String> stepsOf(Document page) {
    return page.select(".waterfall tr[class]").stream()
        .map(row -> row.className() + ": " + row.select("th").text())
        .map(text -> text + " ")
        .toList();
  }

  private static double percent(Element bar, String attribute) {
    return Double.parseDouble(bar.attr(attribute).replace("%", ""));
  }
}
