package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.bookmarket.marketplace.MarketplaceConfig;
import dev.bookmarket.runtime.Environment;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.InetAddressPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  private static final ClientAddress ADDRESSES =
      new ClientAddress(trusted("127.0.0.1, 10.0.0.0/8, fd00::/8"));

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
    "127.0.0.1, '203.0.113.1, <script>', 127.0.0.1"
  })
  void is_the_last_address_that_is_not_a_trusted_proxy(
      String peer, String forwardedFor, String expected) {
    assertThat(keyOf(ADDRESSES, peer, forwardedFor)).isEqualTo(keyOf(ADDRESSES, expected, ""));
  }

  @Test
  void is_that_of_the_connection_if_no_proxy_is_trusted() {
    var addresses = new ClientAddress(List.of());

    assertThat(keyOf(addresses, "127.0.0.1", "203.0.113.1"))
        .isEqualTo(keyOf(addresses, "127.0.0.1", ""))
        .isNotEqualTo(keyOf(addresses, "127.0.0.2", ""));
  }

  @Test
  void of_an_ipv6_client_is_its_network() {
    assertThat(keyOf(ADDRESSES, "2001:db8:1:2::1", ""))
        .isEqualTo(keyOf(ADDRESSES, "2001:db8:1:2:ffff::2", ""))
        .isNotEqualTo(keyOf(ADDRESSES, "2001:db8:1:3::1", ""));
  }

  private static Object keyOf(ClientAddress addresses, String peer, String forwardedFor) {
    var hops = forwardedFor.isEmpty() ? List.<String>of() : List.of(forwardedFor.split(", *"));
    return addresses.of(InetAddresses.forString(peer), hops);
  }

  private static List<InetAddressPattern> trusted(String list) {
    return MarketplaceConfig.from(Environment.of(Map.of("TRUSTED_PROXIES", list))).trustedProxies();
  }
}
