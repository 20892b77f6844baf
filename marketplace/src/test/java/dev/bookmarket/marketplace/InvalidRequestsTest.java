package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import io.grpc.Status;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that requests which no browser sends are rejected with a page of the shop. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InvalidRequestsTest {
  private static final String OVERRIDE = "X-HTTP-Method-Override: ";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

  @RegisterExtension private static final TestShop shop = TestShop.start();
  private static final ScriptedBackend backend = shop.catalogue();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/search?q=%ff",
        "/search?q=%zz",
        "/search?q=%",
        "/search?q=%+1",
        "/search?q=a&page=%e4",
        "/search?q=a%00b",
        "/search?q=%EF%BF",
        "/search?q=%EF%BF%BD%ff",
        "/search?q=%c3%28",
        "/search?q=%f4%90%80%80",
        "/search?%00=x",
        "/search?q=\u00ff",
        "/search?q=\u00e4\u00b8",
        "/search?%c0%af=x",
        "/search?q=%ed%a0%80",
        "/categories/mystery?page=%",
        "/?%ff"
      })
  void rejects_an_invalid_query_with_400(String path) {
    assertRejected(RawHttp.get(shop.port(), path), 400);
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
  void rejects_an_unsafe_path(String path) {
    backend.failWith(Status.NOT_FOUND.withDescription("Category not found"));

    var response = RawHttp.get(shop.port(), path);

    assertThat(response.status()).isIn(400, 404);
    assertRejected(response, response.status());
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
        "PUT /%zz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "GET http://user@shop/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "GET /books/1#top HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "CONNECT /books/1 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
        "GET /\r\n",
        "GET /\r\n\r\n",
        "POST /basket\r\n\r\n"
      })
  void rejects_a_malformed_request(String request) {
    try (var log = CapturedLog.begin()) {
      var response = RawHttp.exchange(shop.port(), request);

      assertThat(response.status()).isIn(400, 505);
      assertRejected(response, response.status());
      assertThat(response.page().select("h1").text()).isEqualTo("Invalid request");
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sh\u0085op",
        "sh\u009bop",
        "sh\u001bop",
        "sh\u0000op",
        "sh\u007fop",
        "sh\top",
        "sh op",
        "sh\u00f6p",
        "user@shop",
        "shop:port",
        "shop:99999",
        "[::1",
        "<shop>",
        "\"shop\"",
        "shop/path",
        "one, other",
        "one\r\nHost: one",
        "one\r\nHost: other\u0085"
      })
  void rejects_an_invalid_host_with_400_and_logs_nothing(String host) {
    try (var log = CapturedLog.begin()) {
      assertRejected(
          RawHttp.exchange(
              shop.port(), "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"),
          400);
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x8\r\nname=abc\r\n0\r\n\r\n",
        "-8\r\nname=abc\r\n0\r\n\r\n",
        "+8\r\nname=abc\r\n0\r\n\r\n",
        "8 \r\nname=abc\r\n0\r\n\r\n",
        "8\r\nname=abc0\r\n\r\n",
        "8\nname=abc\n0\n\n",
        "zz\r\nname=abc\r\n0\r\n\r\n",
        "\r\nname=abc\r\n0\r\n\r\n",
        "7fffffff\r\nname=abc",
        "ffffffffffffffffff\r\nname=abc",
        "8\r\nname=abc\r\n",
        "8\r\nname",
        "8\r\nname=abc\r\n0\r\nno trailer\r\n\r\n"
      })
  void rejects_invalid_chunks_with_400_and_logs_nothing(String chunks) {
    for (var path : new String[] {"/basket", "/name", "/preferences", "/checkout", "/jsonrpc"}) {
      assertRejectedWithoutLog(path, "Transfer-Encoding: chunked\r\n", chunks);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/basket", "/name", "/preferences", "/checkout", "/jsonrpc"})
  void rejects_an_incomplete_form_with_400_and_logs_nothing(String path) {
    assertRejectedWithoutLog(path, "Content-Length: 500\r\n", "name=abc&c");
    assertRejectedWithoutLog(path, "Content-Length: 500\r\n", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 8\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 8\r\nContent-Length: 9\r\n",
        "Content-Length: -8\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, chunked\r\n"
      })
  void rejects_invalid_lengths_of_a_body_with_400_and_logs_nothing(String headers) {
    assertRejectedWithoutLog("/name", headers, "8\r\nname=abc\r\n0\r\n\r\n");
  }

  @Test
  void accepts_chunks_with_extensions_and_trailers() {
    var response =
        post(
            "/name",
            FORM + "Transfer-Encoding: chunked\r\n",
            "4;a=\"b\"\r\nname\r\n4\r\n=abc\r\n0\r\nX-Trailer: x\r\n\r\n");

    assertThat(response.status()).isEqualTo(303);
  }

  @Test
  void sends_no_100_continue_for_a_body_that_is_too_long() {
    var expect = "Expect: 100-continue\r\n";

    for (var path : new String[] {"/basket", "/name", "/preferences", "/checkout"}) {
      assertRejected(post(path, FORM + expect + "Content-Length: 16385\r\n", ""), 413);
    }
    var response = post("/jsonrpc", expect + "Content-Length: 65537\r\n", "");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).contains("-32600", "more than 65536 bytes");
  }

  @Test
  void rejects_chunks_that_are_too_long_in_total_with_413() {
    var chunk = "1000\r\n" + "x".repeat(0x1000) + "\r\n";

    assertRejected(
        post("/name", FORM + "Transfer-Encoding: chunked\r\n", chunk.repeat(5) + "0\r\n\r\n"), 413);
  }

  @Test
  void rejects_a_form_that_is_compressed_or_has_another_type_with_415() {
    for (var headers :
        new String[] {
          FORM + "Content-Encoding: gzip\r\n",
          "Content-Type: multipart/form-data; boundary=x\r\n",
          "Content-Type: text/plain\r\n",
          ""
        }) {
      assertRejected(post("/name", headers + "Content-Length: 8\r\n", "name=abc"), 415);
    }
  }

  @Test
  void ignores_the_content_type_of_a_get() {
    for (var type : new String[] {"a/b; charset", "a/b; charset=", "a/b; charset=none", "a/b"}) {
      var request =
          "GET /search?q=%C3%A9 HTTP/1.1\r\nHost: shop\r\nContent-Type: "
              + type
              + "\r\nConnection: close\r\n\r\n";

      var response = RawHttp.inTime(() -> RawHttp.exchange(shop.port(), request));

      assertThat(response.status()).as(type).isEqualTo(200);
      assertThat(response.page().select("input[name=q]").val()).as(type).isEqualTo("é");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%EF%BF%BD", "a%EF%BF%BDb", "\u4e09\u4f53", "%EF%BF%BF%EF%BF%BD"})
  void accepts_a_replacement_character_and_unencoded_utf_8(String query) {
    var bytes = query.getBytes(StandardCharsets.UTF_8);
    var raw = new String(bytes, StandardCharsets.ISO_8859_1);

    var response = RawHttp.inTime(() -> RawHttp.get(shop.port(), "/search?q=" + raw));

    TestShop.assertShopsPage(response, 200);
    assertThat(response.page().select("h1 q").text())
        .isEqualTo(URLDecoder.decode(query, StandardCharsets.UTF_8).replace('\uffff', ' ').strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%E2%80%8B", "%C2%A0", "%E2%A0%80", "%E3%85%A4", "%07", "%EF%BB%BF"})
  void a_query_without_visible_characters_shows_the_empty_search_page(String query) {
    var response = RawHttp.get(shop.port(), "/search?q=" + query);

    TestShop.assertShopsPage(response, 200);
    assertThat(response.page().select("h1").text()).isEqualTo("Search");
  }

  @Test
  void rejects_a_query_of_100_kb_with_414() {
    assertRejected(RawHttp.get(shop.port(), "/search?q=" + "x".repeat(100_000)), 414);
  }

  @Test
  void rejects_a_path_of_100_kb_with_414() {
    assertRejected(RawHttp.get(shop.port(), "/categories/" + "x".repeat(100_000)), 414);
  }

  @Test
  void rejects_headers_of_100_kb_with_431() {
    var response =
        RawHttp.exchange(
            shop.port(),
            "GET / HTTP/1.1\r\nHost: shop\r\nCookie: "
                + "x".repeat(100_000)
                + "\r\nConnection: close\r\n\r\n");

    assertRejected(response, 431);
    assertThat(response.page().select("main").text())
        .contains("delete the cookies")
        .doesNotContain("address");
  }

  @Test
  void rejects_an_unknown_method() {
    for (var method : new String[] {"TRACE", "BREW", "PROPFIND"}) {
      var response = RawHttp.send(shop.port(), method, "/");

      assertThat(response.status()).as(method).isIn(405, 501);
      assertRejected(response, response.status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEFORE",
        "AFTER",
        "BEFORE_MATCHED",
        "AFTER_MATCHED",
        "WEBSOCKET_BEFORE_UPGRADE",
        "WEBSOCKET_AFTER_UPGRADE",
        "INVALID",
        "UNSUPPORTED",
        "get",
        "Post",
        "PUT",
        "PATCH",
        "DELETE",
        "QUERY",
        "OPTIONS",
        "TRACE",
        "PROPFIND",
        "M-SEARCH",
        "FOO"
      })
  void rejects_an_unsupported_method_with_405_and_allow(String method) {
    for (var headers : new String[] {"", "Origin: http://other\r\n", OVERRIDE + "GET\r\n"}) {
      assertNotAllowed(method, "/books/1", headers, "GET", "HEAD");
      assertNotAllowed(method, "/basket", headers, "GET", "HEAD", "POST");
      assertNotAllowed(method, "/jsonrpc", headers, "POST");
      assertRejected(request(method, "/nowhere", headers), 404);
    }
  }

  @Test
  void rejects_options_for_asterisk_with_405_and_other_methods_with_400() {
    assertNotAllowed("OPTIONS", "*", "", "GET", "HEAD", "POST");
    assertRejected(request("GET", "*", ""), 400);
    assertRejected(request("FOO", "*", ""), 400);
  }

  @Test
  void ignores_headers_and_parameters_that_override_the_method() {
    for (var override : new String[] {"POST", "BEFORE", "HEAD", "FOO", "get"}) {
      var response = request("GET", "/search", OVERRIDE + override + "\r\n");
      assertThat(response.status()).as(override).isEqualTo(200);
      assertThat(response.page().select("h1").text()).as(override).isEqualTo("Search");
    }
    assertRejected(request("POST", "/basket", OVERRIDE + "GET\r\nOrigin: http://other\r\n"), 403);
    assertRejected(
        request("POST", "/name", OVERRIDE + "GET\r\nSec-Fetch-Site: cross-site\r\n"), 403);
    assertNotAllowed("POST", "/books/1", OVERRIDE + "GET\r\n", "GET", "HEAD");
    assertNotAllowed("GET", "/jsonrpc", OVERRIDE + "POST\r\n", "POST");
    assertNotAllowed("POST", "/search", FORM + "X-HTTP-Method: GET\r\n", "GET", "HEAD");
    var form = "_method=GET";
    assertThat(post("/search", FORM + "Content-Length: 11\r\n", form).status()).isEqualTo(405);
  }

  @Test
  void ignores_the_header_of_a_web_socket() {
    var headers = "Sec-WebSocket-Version: 13\r\n";

    for (var path : new String[] {"/", "/books/1", "/healthz", "/readyz"}) {
      assertThat(request("GET", path, headers).status()).as(path).isEqualTo(200);
    }
    assertRejected(request("POST", "/name", headers + "Origin: http://other\r\n"), 403);
  }

  @Test
  void uses_the_first_of_two_parameters_with_the_same_name() {
    assertThat(RawHttp.get(shop.port(), "/search?q=%20&q=x").status())
        .isEqualTo(RawHttp.get(shop.port(), "/search?q=").status());
  }

  @Test
  void logs_no_error_for_invalid_requests() {
    try (var log = CapturedLog.begin()) {
      RawHttp.get(shop.port(), "/search?q=%zz");
      RawHttp.get(shop.port(), "/categories/%zz");
      RawHttp.get(shop.port(), "/nowhere");
      RawHttp.exchange(shop.port(), "nonsense\r\n\r\n");

      assertThat(log.lines()).isEmpty();
    }
  }

  private static void assertNotAllowed(
      String method, String path, String headers, String... allowed) {
    var response = request(method, path, headers);
    assertRejected(response, 405);
    assertThat(response.header("Allow").split(", ")).containsExactlyInAnyOrder(allowed);
  }

  private static RawHttp.Response request(String method, String path, String headers) {
    return RawHttp.exchange(
        shop.port(),
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + headers
            + "\r\n");
  }

  private static void assertRejectedWithoutLog(String path, String headers, String body) {
    try (var log = CapturedLog.begin()) {
      assertRejected(post(path, FORM + headers, body), 400);
      assertThat(log.lines()).isEmpty();
    }
  }

  /** Sends a POST, closes the client's side of the connection, and returns the response. */
  private static RawHttp.Response post(String path, String headers, String body) {
    try (var connection = RawHttp.connect(shop.port())) {
      connection.send(
          "POST "
              + path
              + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
              + headers
              + "\r\n"
              + body);
      connection.finish();
      return connection.response();
    }
  }

  private static void assertRejected(RawHttp.Response response, int status) {
    TestShop.assertShopsPage(response, status);
    assertThat(response.body()).doesNotContain("passwd", "root:", "th:");
  }
}
