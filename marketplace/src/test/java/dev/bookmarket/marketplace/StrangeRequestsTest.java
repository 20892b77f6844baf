package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Environment;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no browser sends; each is refused with the shop's own page. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StrangeRequestsTest {
  private static ScriptedBackend backend;
  private static Marketplace shop;

  @BeforeAll
  static void open() {
    backend = ScriptedBackend.start();
    shop =
        MarketplaceMain.start(
            MarketplaceConfig.from(
                Environment.of(
                    Map.of(
                        "MARKETPLACE_PORT", "0",
                        "DRAIN_MS", "0",
                        "RECOMMENDATIONS_HOST", "127.0.0.1",
                        "RECOMMENDATIONS_PORT", String.valueOf(backend.port())))));
  }

  @AfterAll
  static void close() {
    shop.close();
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/search?q=%ff",
        "/search?q=%zz",
        "/search?q=%",
        "/search?q=a&page=%e4",
        "/search?%c0%af=x",
        "/search?q=%ed%a0%80",
        "/categories/mystery?page=%",
        "/?%ff"
      })
  void an_unreadable_query_is_400(String path) {
    refused(RawHttp.get(shop.port(), path), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/categories/%ff",
        "/categories/%zz",
        "/categories/%",
        "/categories/a%00b",
        "/categories/a%2fb",
        "/categories/a%5cb",
        "/categories/../books/1",
        "/categories/%2e%2e/books/1",
        "/categories/..;/x",
        "/assets/../templates/home.html",
        "/assets/%2e%2e/templates/home.html",
        "/assets/..%2ftemplates/home.html",
        "/../../etc/passwd",
        "//nowhere",
        "/categories//"
      })
  void a_path_that_tries_something_gets_nothing(String path) {
    backend.failWith(Status.NOT_FOUND.withDescription("Category not found"));

    var answer = RawHttp.get(shop.port(), path);

    assertThat(answer.status()).isIn(400, 404);
    refused(answer, answer.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: shop\r\n\r\n",
        "GET /\u0000 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "GET /\u00ff HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: one\r\nHost: other\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: shop\r\nbad header\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: shop\r\nX-Bad: \u0000\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: x\r\nConnection: close\r\n\r\n",
        "PUT /%zz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
      })
  void a_malformed_request_is_refused(String request) {
    var answer = RawHttp.exchange(shop.port(), request);

    assertThat(answer.status()).isIn(400, 505);
    refused(answer, answer.status());
  }

  @Test
  void a_query_of_100_kb_is_414() {
    refused(RawHttp.get(shop.port(), "/search?q=" + "x".repeat(100_000)), 414);
  }

  @Test
  void a_path_of_100_kb_is_414() {
    refused(RawHttp.get(shop.port(), "/categories/" + "x".repeat(100_000)), 414);
  }

  @Test
  void headers_of_100_kb_are_431() {
    refused(
        RawHttp.exchange(
            shop.port(),
            "GET / HTTP/1.1\r\nHost: shop\r\nCookie: "
                + "x".repeat(100_000)
                + "\r\nConnection: close\r\n\r\n"),
        431);
  }

  @Test
  void a_method_that_does_not_exist_is_refused() {
    for (var method : new String[] {"TRACE", "BREW", "PROPFIND"}) {
      var answer = RawHttp.send(shop.port(), method, "/");

      assertThat(answer.status()).as(method).isIn(405, 501);
      refused(answer, answer.status());
    }
  }

  @Test
  void the_first_of_two_equal_parameters_counts() {
    assertThat(RawHttp.get(shop.port(), "/search?q=%20&q=x").status())
        .isEqualTo(RawHttp.get(shop.port(), "/search?q=").status());
  }

  @Test
  void none_of_it_is_a_fault_of_ours() {
    try (var log = CapturedLog.begin()) {
      RawHttp.get(shop.port(), "/search?q=%zz");
      RawHttp.get(shop.port(), "/categories/%zz");
      RawHttp.get(shop.port(), "/nowhere");
      RawHttp.exchange(shop.port(), "nonsense\r\n\r\n");

      assertThat(log.lines()).isEmpty();
    }
  }

  private static void refused(RawHttp.Answer answer, int status) {
    PagesTest.assertShopsPage(answer, status);
    assertThat(answer.body()).doesNotContain("passwd", "root:", "th:");
  }
}
