package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have a visitor's browser do something, over real HTTP. */
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
        "X-Neither: x"
      })
  void takes_what_our_own_pages_and_programs_send(String headers) {
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
        "Origin: http://evil.example/shop.example:8080"
      })
  void refuses_what_other_sites_have_a_browser_send(String headers) {
    var answer = send("POST", headers);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.page().select("header").text()).startsWith("Bookmarket");
    assertThat(answer.body()).doesNotContain("done");
  }

  @Test
  void lets_other_sites_link_to_us() {
    assertThat(send("GET", "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
  }

  private static RawHttp.Answer send(String method, String headers) {
    return RawHttp.exchange(
        server.port(),
        method
            + " / HTTP/1.1\r\nHost: shop.example:8080\r\nConnection: close\r\n"
            + headers
            + "\r\nContent-Length: 0\r\n\r\n");
  }
}
