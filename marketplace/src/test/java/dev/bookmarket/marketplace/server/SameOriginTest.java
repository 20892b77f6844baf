package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rejection of requests from other sites, over real HTTP. */
class SameOriginTest {
  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.post("/", request -> request.result("done"));
              routes.get("/", request -> request.result("seen"));
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: same-origin\r\nOrigin: null",
        "Origin: http://shop.example:8080",
        "Origin: https://Shop.Example:8080",
        "Origin: http://shop.example:8080\r\nOrigin: http://shop.example:8080",
        "Origin: http://shop.example.:8080",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Site: same-origin",
        "X-Neither: x"
      })
  void accepts_requests_of_our_pages_and_of_programs(String headers) {
    assertThat(send("POST", headers)).extracting("status", "body").containsExactly(200, "done");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: Same-Origin, cross-site",
        "Sec-Fetch-Site: ",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://shop.example:8080",
        "Origin: null",
        "Origin: ",
        "Origin: http://shop.example",
        "Origin: http://evil.example:8080",
        "Origin: http://shop.example:8080.evil.example",
        "Origin: http://evil.example/shop.example:8080",
        "Origin: http://shop.example:80",
        "Origin: https://shop.example",
        "Origin: http://shop.example:8080/",
        "Origin: http://shop.example:8080@evil.example",
        "Origin: http://evil@shop.example:8080",
        "Origin: http://shop.example:8080 http://evil.example",
        "Origin: http://shop.example:8080, http://evil.example",
        "Origin: http://evil.example\r\nOrigin: http://shop.example:8080",
        "Origin: http://shop.example:8080\r\nOrigin: null",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
        "Origin: ftp://shop.example:8080",
        "Origin: //shop.example:8080",
        "Origin: shop.example:8080",
        "Origin: http://",
        "Origin: http://evil.example\r\nX-Forwarded-Host: evil.example",
        "Origin: http://evil.example\r\nForwarded: host=evil.example"
      })
  void rejects_requests_that_other_sites_make_a_browser_send(String headers) {
    var answer = send("POST", headers);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.page().select("header").text()).startsWith("Bookmarket");
    assertThat(answer.body()).doesNotContain("done");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, http://shop.example",
    "shop.example:80, http://shop.example",
    "shop.example, http://shop.example:80",
    "shop.example:443, https://shop.example",
    "shop.example, https://shop.example",
    "shop.example, https://shop.example:443",
    "SHOP.example:80, HTTP://shop.EXAMPLE",
    "shop.example., http://shop.example",
    "shop.example.:443, https://shop.example",
    "[::1], http://[::1]:80",
    "[::1]:8080, http://[::1]:8080",
    "[FE80::A]:443, https://[fe80::a]",
    "my_shop:5000, http://my_shop:5000",
    "127.0.0.1:80, http://127.0.0.1"
  })
  void uses_the_default_port_of_the_origin_s_scheme_if_there_is_none(String host, String origin) {
    assertThat(send("POST", host, "Origin: " + origin).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example:443, http://shop.example",
    "shop.example:80, https://shop.example",
    "shop.example:8080, http://shop.example",
    "shop.example, http://shop.example:8080",
    "shop.example, http://shop.example.evil.example",
    "shop.example, http://evilshop.example",
    "shop.example:80, http://evil.example:80",
    "[::1], http://[::2]",
    "[::1]:80, http://[::1]:8080",
    "127.0.0.1:5000, http://shop.example"
  })
  void rejects_an_origin_with_another_host_or_port(String host, String origin) {
    assertThat(send("POST", host, "Origin: " + origin).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "https, https://shop.example, 200",
    "https, https://shop.example:443, 200",
    "https, http://shop.example, 403",
    "https, http://shop.example:80, 403",
    "https, https://evil.example, 403",
    "http, http://shop.example, 200",
    "http, https://shop.example, 200" // a proxy before the trusted one may use TLS
  })
  void rejects_an_origin_without_https_if_a_trusted_proxy_reports_https(
      String proto, String origin, int status) {
    var headers = "X-Forwarded-Proto: " + proto + "\r\nOrigin: " + origin;
    try (var proxy = RawHttp.connectFrom(SomeRoutes.PROXY, server.port())) {
      proxy.send(request("POST", "shop.example", headers));

      assertThat(proxy.response().status()).isEqualTo(status);
    }
    assertThat(send("POST", "shop.example", headers).status())
        .as("from another client")
        .isEqualTo(origin.contains("evil") ? 403 : 200);
  }

  @Test
  void ignores_the_host_in_forwarding_headers() {
    var forwarded = "X-Forwarded-Host: shop.example\r\nForwarded: host=shop.example\r\n";

    assertThat(send("POST", "127.0.0.1:5000", forwarded + "Origin: http://shop.example").status())
        .isEqualTo(403);
  }

  @Test
  void lets_other_sites_link_to_us() {
    assertThat(send("GET", "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
  }

  private static RawHttp.Response send(String method, String headers) {
    return send(method, "shop.example:8080", headers);
  }

  private static RawHttp.Response send(String method, String host, String headers) {
    return RawHttp.exchange(server.port(), request(method, host, headers));
  }

  private static String request(String method, String host, String headers) {
    return method
        + " / HTTP/1.1\r\nHost: "
        + host
        + "\r\nConnection: close\r\n"
        + headers
        + "\r\nContent-Length: 0\r\n\r\n";
  }
}
