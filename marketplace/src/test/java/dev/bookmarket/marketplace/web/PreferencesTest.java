package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.marketplace.server.WebServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The language and the color scheme of the pages, over real HTTP. */
class PreferencesTest {
  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.get("/", request -> templates.render(request, "error", ErrorPage.of(404)));
              routes.post("/preferences", new PreferencesHandler());
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void the_defaults_are_english_and_the_color_scheme_of_the_device() {
    var page = get("");

    assertThat(page.page().select("html").attr("lang")).isEqualTo("en");
    assertThat(page.page().select("html").attr("data-scheme")).isEqualTo("auto");
    assertThat(page.page().select("h1").text()).isEqualTo("Page not found");
    assertThat(page.header("Content-Language")).isEqualTo("en");
    assertThat(page.header("Vary")).contains("Accept-Language").contains("Cookie");
  }

  @Test
  void uses_the_language_of_the_browser() {
    var page = get("Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n");

    assertThat(page.page().select("html").attr("lang")).isEqualTo("zh-Hans");
    assertThat(page.page().select("h1").text()).isEqualTo("找不到页面");
    assertThat(page.header("Content-Language")).isEqualTo("zh-Hans");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /        | Accept-Language: fr\\r\\nAccept-Language: zh
          /        | Accept-Language: en;q=0.1\\r\\naccept-language: zh;q=0.2
          /        | Accept-Language:\\r\\nAccept-Language: zh
          /        | Accept-Language: -\\r\\nAccept-Language: zh_CN
          /%ff     | Accept-Language: fr\\r\\nAccept-Language: zh
          """)
  void several_headers_are_one_list(String path, String headers) {
    var request =
        "GET %s HTTP/1.1\r\nHost: shop\r\n%s\r\nConnection: close\r\n\r\n"
            .formatted(path, headers.translateEscapes());

    assertThat(RawHttp.exchange(server.port(), request).page().select("html").attr("lang"))
        .isEqualTo("zh-Hans");
  }

  @Test
  void a_list_of_8_kb_is_read() {
    var list = "abc,".repeat(1_900) + "zh";

    assertThat(get("Accept-Language: " + list + "\r\n").header("Content-Language"))
        .isEqualTo("zh-Hans");
  }

  @Test
  void a_choice_has_priority_over_the_browser() {
    assertThat(get("Accept-Language: zh\r\nCookie: language=en\r\n").header("Content-Language"))
        .isEqualTo("en");
    assertThat(
            get("Cookie: language=zh; scheme=dark\r\n").page().select("html").attr("data-scheme"))
        .isEqualTo("dark");
  }

  @ParameterizedTest
  @ValueSource(strings = {"language=fr", "language=", "language=zh-Hans; scheme=pink", "scheme="})
  void an_invalid_cookie_counts_as_absent(String cookie) {
    var page = get("Cookie: " + cookie + "\r\n");

    assertThat(page.page().select("html").attr("lang")).isEqualTo("en");
    assertThat(page.page().select("html").attr("data-scheme")).isEqualTo("auto");
  }

  @ParameterizedTest
  @CsvSource({
    "language=zh, language=zh;",
    "scheme=dark, scheme=dark;",
    "scheme=light, scheme=light;"
  })
  void a_choice_is_stored(String choice, String cookie) {
    var answer = post(choice, "Referer: http://shop/\r\n");

    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.header("Set-Cookie")).startsWith(cookie).contains("Max-Age=34560000");
  }

  @Test
  void the_color_scheme_of_the_device_needs_no_cookie() {
    assertThat(post("scheme=auto", "").header("Set-Cookie"))
        .startsWith("scheme=;")
        .contains("Max-Age=0;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://shop/                          | /
          http://shop/search?q=%E7%BA%A2+a&page=x | /search?q=%E7%BA%A2+a&page=x
          'http://shop/search?q=a|b'            | '/search?q=a|b'
          http://shop/search?q={a}^`b\\       | /search?q={a}^`b\\
          https://shop:8443/books/7             | /books/7
          http://shop                           | /
          http://shop//evil.example/            | /
          http://shop/\\evil.example            | /
          not an address                        | /
          about:blank                           | /
          ''                                    | /
          """)
  void a_choice_redirects_back_to_its_page(String referer, String location) {
    assertThat(post("language=zh", "Referer: " + referer + "\r\n").header("Location"))
        .isEqualTo(location);
  }

  @Test
  void a_choice_on_a_page_with_a_too_long_path_redirects_to_the_home_page() {
    assertThat(
            post("language=zh", "Referer: http://shop/" + "a/".repeat(3_500) + "\r\n")
                .header("Location"))
        .isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "language=fr", "scheme=pink", "colour=dark"})
  void an_unknown_choice_is_rejected(String choice) {
    var answer = post(choice, "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  private static RawHttp.Response get(String headers) {
    return RawHttp.exchange(
        server.port(), "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + headers + "\r\n");
  }

  private static RawHttp.Response post(String form, String headers) {
    return RawHttp.exchange(
        server.port(),
        "POST /preferences HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n"
            + headers
            + "Content-Length: "
            + form.length()
            + "\r\n\r\n"
            + form);
  }
}
