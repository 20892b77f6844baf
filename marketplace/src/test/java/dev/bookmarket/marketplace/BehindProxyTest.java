package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shop behind a proxy in {@code TRUSTED_PROXIES} that terminates TLS. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BehindProxyTest {
  @RegisterExtension
  private static final TestShop shop = TestShop.start(Map.of("TRUSTED_PROXIES", "127.0.0.0/8"));

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
}
