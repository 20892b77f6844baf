package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.opentelemetry.semconv.UrlAttributes;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shop behind a proxy in {@code TRUSTED_PROXIES} that terminates TLS. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BehindProxyTest {
  private static final TestTelemetry telemetry = TestTelemetry.begin();

  @RegisterExtension
  private static final TestShop shop = TestShop.start(Map.of("TRUSTED_PROXIES", "127.0.0.0/8"));

  @AfterAll
  static void stop() {
    telemetry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/basket, change=add&book=1&quantity=1",
    "/name, name=Ada",
    "/preferences, language=zh",
    "/preferences, scheme=dark",
    "/preferences, trace=on"
  })
  void marks_the_cookies_of_every_form_secure_if_the_visitor_uses_https(String path, String form) {
    for (var proto : new String[] {"https", "http"}) {
      var answer = shop.shopper().postRaw(path, form, "X-Forwarded-Proto: " + proto + "\r\n");

      assertThat(answer.status()).isEqualTo(303);
      assertThat(answer.header("Set-Cookie").split(", "))
          .as(proto)
          .isNotEmpty()
          .allSatisfy(
              cookie ->
                  assertThat(cookie)
                      .contains("=", "; HttpOnly; SameSite=Lax")
                      .matches(proto.equals("https") ? ".*; Secure" : ".*; SameSite=Lax"));
    }
  }

  @Test
  void the_durations_of_requests_have_the_scheme_of_the_visitor() {
    for (var proto : new String[] {"https", "http", "gopher"}) {
      shop.shopper().postRaw("/name", "name=Ada", "X-Forwarded-Proto: " + proto + "\r\n");
    }

    assertThat(telemetry.histogram("http.server.request.duration"))
        .extracting(point -> point.getAttributes().get(UrlAttributes.URL_SCHEME))
        .containsOnly("https", "http");
  }
}
