package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.OtherLocale;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.InetAddressPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cookies of the shop, over real HTTP. */
class CookiesTest {
  private static final String PROXY = "127.0.0.2";

  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        new WebServer(
            ListenAddress.anyFreePort(),
            Duration.ZERO,
            List.of(InetAddressPattern.from(PROXY)),
            0,
            new Templates(ctx -> 0, ""),
            routes -> {
              routes.get("/one", request -> Cookies.write(request, "a", "x", Duration.ofHours(1)));
              routes.get(
                  "/several",
                  request -> {
                    Cookies.delete(request, "a");
                    Cookies.write(request, "ab", "x", Duration.ofHours(1));
                    Cookies.write(request, "a", "", Duration.ofHours(1));
                  });
              routes.get(
                  "/read",
                  request ->
                      request.result(
                          Cookies.read(request, "a", CookiesTest::readable).orElse("none")));
            },
            () -> {});
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"https, true", "HTTPS, true", "http, false", "'', false"})
  void are_secure_if_a_trusted_proxy_reports_https(String forwarded, boolean secure) {
    assertThat(cookieFrom(PROXY, "/one", "X-Forwarded-Proto: " + forwarded))
        .isEqualTo(
            "a=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : ""));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, /one, X-Forwarded-Proto: https", // no trusted proxy
    "127.0.0.2, /one, Forwarded: proto=https",
    "127.0.0.1, https://shop/one, X: y", // the target in the absolute form
    "127.0.0.2, https://shop/one, X-Forwarded-Proto: http"
  })
  void are_not_secure_if_only_the_client_claims_https(String from, String target, String header) {
    assertThat(cookieFrom(from, target, header))
        .isEqualTo("a=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG-u-nu-arab", "th-TH-u-nu-thai", "hi-IN-u-nu-deva"})
  void have_their_age_in_ascii_digits_under_every_default_locale(String locale) {
    try (var other = OtherLocale.of(locale)) {
      assertThat(get("/one", "X: y").header("Set-Cookie"))
          .as("under %s", other)
          .contains("Max-Age=3600;");
    }
  }

  @Test
  void are_sent_once_under_each_name() {
    assertThat(get("/several", "X: y").header("Set-Cookie").split(", "))
        .containsExactlyInAnyOrder(
            "a=; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
            "ab=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=7",
        "ab=1; a=7; aa=3",
        "a=7;ab=1",
        "ab=1;a=7",
        "a=old; a=7",
        "a=; a=7",
        "a; a=7",
        "a=\"\"; a=7",
        "a=7; a=8",
        "a=\"7\"",
        "$Version=\"1\"; a=\"7\"; $Path=\"/\"",
        "$Version=1; a=old; $Path=/b; a=7; $Path=/",
        "b=\"; a=7",
        "b=\"c; a=7; d=e\"",
        "b=\"c\"d; a=7",
        "b=\\; a=7",
        "b=c\td; a=7",
        "b c=d e; a=7",
        "b={\"c\":[1,2]}; a=7",
        "b=\u00e9\u0085\u00ff; a=7",
        "=b; a=7",
        ";; ;a=7",
        "b; a=7",
        "a=old\r\nCookie: a=7",
        "b=1\r\nCookie: a=7\r\nCookie: c=1",
        "a = 7 ; b=1"
      })
  void the_first_readable_cookie_counts(String cookies) {
    assertThat(get("/read", "Cookie: " + cookies).body()).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab=7", "A=7", "a=7,b=1", "a=b=7", "a=old; a=older", "a", "=7", ""})
  void unreadable_cookies_count_as_absent(String cookies) {
    assertThat(get("/read", "Cookie: " + cookies).body()).isEqualTo("none");
  }

  @Test
  void are_found_after_as_many_others_as_fit_in_a_request() {
    assertThat(get("/read", "Cookie: " + "a=x;".repeat(1_900) + "a=7").body()).isEqualTo("7");
  }

  private static Optional<String> readable(String value) {
    return value.matches("[0-9]") ? Optional.of(value) : Optional.empty();
  }

  private static String cookieFrom(String address, String target, String header) {
    try (var connection = RawHttp.connectFrom(address, server.port())) {
      connection.send(request(target, header));
      return connection.response().header("Set-Cookie");
    }
  }

  private static RawHttp.Response get(String path, String header) {
    return RawHttp.exchange(server.port(), request(path, header));
  }

  private static String request(String target, String header) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
        + header
        + "\r\n\r\n";
  }
}
