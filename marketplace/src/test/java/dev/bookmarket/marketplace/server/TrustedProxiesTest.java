package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.bookmarket.marketplace.MarketplaceConfig;
import dev.bookmarket.runtime.Environment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.InetAddressPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      new TrustedProxies(trusted("127.0.0.1, 10.0.0.0/8, fd00::/8"));

  @ParameterizedTest
  @CsvSource({
    "198.51.100.7, 203.0.113.1, 198.51.100.7", // not from a proxy
    "127.0.0.1, 203.0.113.1, 203.0.113.1",
    "10.255.0.1, '6.6.6.6, 203.0.113.1', 203.0.113.1", // the client may have sent the first
    "10.255.0.1, '203.0.113.1, 10.0.0.9, 10.1.1.1', 203.0.113.1",
    "fd00::1, '203.0.113.1,fd12:3456::7', 203.0.113.1",
    "127.0.0.1, 10.0.0.9, 10.0.0.9", // only proxies
    "127.0.0.1, '', 127.0.0.1",
    "127.0.0.1, unknown, 127.0.0.1",
    "127.0.0.1, '203.0.113.1, shop.example, 10.0.0.9', 10.0.0.9",
    "127.0.0.1, '203.0.113.1, <script>', 127.0.0.1",
    "127.0.0.1, '203.0.113.1, %eth0', 127.0.0.1",
    "127.0.0.1, fe80::1%no-interface, fe80::1", // of a visitor in the network of the proxy
    "127.0.0.1, '203.0.113.1, fe80::1%0', fe80::1",
    "127.0.0.1, 'fe80::1%no-interface, 10.0.0.9', fe80::1",
    "127.0.0.1, '2001:db8::1%25eth0', 2001:db8::1",
    "127.0.0.1, '\", 203.0.113.1', 203.0.113.1", // the client sent an unterminated quote
    "127.0.0.1, '\"6.6.6.6, 203.0.113.1', 203.0.113.1",
    "127.0.0.1, '\"203.0.113.1\"', 203.0.113.1"
  })
  void the_client_is_the_last_address_that_is_not_a_trusted_proxy(
      String peer, String forwardedFor, String expected) {
    assertThat(keyOf(PROXIES, peer, forwardedFor)).isEqualTo(keyOf(PROXIES, expected, ""));
  }

  @Test
  void the_client_is_that_of_the_connection_if_no_proxy_is_trusted() {
    var none = new TrustedProxies(List.of());

    assertThat(keyOf(none, "127.0.0.1", "203.0.113.1"))
        .isEqualTo(keyOf(none, "127.0.0.1", ""))
        .isNotEqualTo(keyOf(none, "127.0.0.2", ""));
  }

  @Test
  void the_client_is_the_network_of_an_ipv6_address() {
    assertThat(keyOf(PROXIES, "2001:db8:1:2::1", ""))
        .isEqualTo(keyOf(PROXIES, "2001:db8:1:2:ffff::2", ""))
        .isNotEqualTo(keyOf(PROXIES, "2001:db8:1:3::1", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, https",
    "10.1.2.3, HTTPS",
    "fd00::1, '  https  '",
    "127.0.0.1, '\"https\"'",
    "127.0.0.1, ',https,'"
  })
  void a_request_is_over_https_if_a_trusted_proxy_says_so(String peer, String proto) {
    assertThat(isOverHttps(PROXIES, peer, "203.0.113.1", proto)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, http",
    "127.0.0.1, ''",
    "127.0.0.1, ','",
    "127.0.0.1, https:",
    "127.0.0.1, https;q=1",
    "127.0.0.1, http https",
    "127.0.0.1, wss",
    "127.0.0.1, on",
    "127.0.0.2, https", // no proxy
    "203.0.113.1, https",
    "2001:db8::1, https"
  })
  void a_request_is_not_over_https_otherwise(String peer, String proto) {
    assertThat(isOverHttps(PROXIES, peer, "203.0.113.1", proto)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // One proxy: a client may have sent all values before its own.
    "203.0.113.1, 'https, http', false",
    "203.0.113.1, 'http, https', true",
    "203.0.113.1, '\", https', true",
    "203.0.113.1, '\"https, http', false",
    "'', 'https, http', false",
    "'10.0.0.9, 203.0.113.1', 'https, http', false",
    "'unknown', 'https, http', false",
    // Two trusted proxies: the first is the one to which the client is connected.
    "'203.0.113.1, 10.0.0.9', 'https, http', true",
    "'203.0.113.1, 10.0.0.9', 'http, https', false",
    "'203.0.113.1, 10.0.0.9', https, true",
    "'203.0.113.1, 10.0.0.9', http, false",
    "'6.6.6.6, 203.0.113.1, 10.0.0.9', 'https, http, https', false",
    "'203.0.113.1, 10.0.0.9, 10.0.0.8', 'https, http', true",
    // The first proxy is not trusted.
    "'203.0.113.1, 198.51.100.9', 'https, http', false",
  })
  void of_several_values_that_of_the_trusted_proxy_nearest_to_the_client_counts(
      String forwardedFor, String protos, boolean expected) {
    assertThat(isOverHttps(PROXIES, "127.0.0.1", forwardedFor, protos)).isEqualTo(expected);
    assertThat(isOverHttps(PROXIES, "127.0.0.1", forwardedFor, protos.split(",")))
        .as("as separate headers")
        .isEqualTo(expected);
  }

  @Test
  void no_request_is_over_https_if_no_proxy_is_trusted() {
    assertThat(isOverHttps(new TrustedProxies(List.of()), "127.0.0.1", "", "https")).isFalse();
  }

  @Test
  void ignores_other_headers() {
    var headers =
        HttpFields.build()
            .put("Forwarded", "for=203.0.113.1;proto=https")
            .put("X-Forwarded-Scheme", "https")
            .put("X-Forwarded-Ssl", "on")
            .put("Front-End-Https", "on");

    assertThat(PROXIES.isOverHttps(InetAddresses.forString("127.0.0.1"), headers)).isFalse();
    assertThat(PROXIES.clientOf(InetAddresses.forString("127.0.0.1"), headers))
        .isEqualTo(keyOf(PROXIES, "127.0.0.1", ""));
  }

  private static Object keyOf(TrustedProxies proxies, String peer, String forwardedFor) {
    return proxies.clientOf(InetAddresses.forString(peer), headers(forwardedFor));
  }

  private static boolean isOverHttps(
      TrustedProxies proxies, String peer, String forwardedFor, String... protos) {
    return proxies.isOverHttps(
        InetAddresses.forString(peer), headers(forwardedFor, protos).asImmutable());
  }

  private static HttpFields.Mutable headers(String forwardedFor, String... protos) {
    var headers = HttpFields.build().put(HttpHeader.X_FORWARDED_FOR, forwardedFor);
    Arrays.stream(protos).forEach(proto -> headers.add(HttpHeader.X_FORWARDED_PROTO, proto));
    return headers;
  }

  private static List<InetAddressPattern> trusted(String list) {
    return MarketplaceConfig.from(Environment.of(Map.of("TRUSTED_PROXIES", list))).trustedProxies();
  }
}
