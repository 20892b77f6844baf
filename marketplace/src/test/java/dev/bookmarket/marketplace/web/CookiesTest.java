package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.runtime.ListenAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shop has browsers keep, over real HTTP. */
class CookiesTest {
  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        WebServer.start(
            ListenAddress.anyFreePort(),
            Duration.ZERO,
            new Readiness(),
            new Templates(),
            routes -> {
              routes.get("/one", request -> Cookies.write(request, "a", "x", Duration.ofHours(1)));
              routes.get(
                  "/several",
                  request -> {
                    Cookies.delete(request, "a");
                    Cookies.write(request, "ab", "x", Duration.ofHours(1));
                    Cookies.write(request, "a", "", Duration.ofHours(1));
                  });
              routes.get("/read", request -> request.result(Cookies.read(request, "a")));
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"https, true", "HTTPS, true", "'https, http', true", "http, false", "'', false"})
  void are_secure_where_the_visitor_came_over_https(String forwarded, boolean secure) {
    var answer = get("/one", "X-Forwarded-Proto: " + forwarded);

    assertThat(answer.header("Set-Cookie"))
        .isEqualTo(
            "a=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : ""));
  }

  @Test
  void are_sent_once_under_each_name() {
    assertThat(get("/several", "X: y").header("Set-Cookie").split(", "))
        .containsExactlyInAnyOrder(
            "a=; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
            "ab=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
  }

  @Test
  void are_read_as_they_were_sent_and_empty_where_there_is_none() {
    assertThat(get("/read", "Cookie: ab=1; a=2; aa=3").body()).isEqualTo("2");
    assertThat(get("/read", "Cookie: ab=1").body()).isEmpty();
  }

  private static RawHttp.Answer get(String path, String header) {
    return RawHttp.exchange(
        server.port(),
        "GET " + path + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + header + "\r\n\r\n");
  }
}
