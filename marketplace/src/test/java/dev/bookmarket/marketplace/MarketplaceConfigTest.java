package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarketplaceConfigTest {
  @Test
  void uses_port_5000_and_services_on_this_machine_by_default() {
    var config = MarketplaceConfig.from(Environment.of(Map.of()));

    assertThat(config.listen().socketAddress().toString()).endsWith("/127.0.0.1:5000");
    assertThat(config.listen().portVariable()).isEqualTo("MARKETPLACE_PORT");
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.recommendations().host()).isEqualTo("localhost");
    assertThat(config.recommendations().port()).isEqualTo(50_051);
    assertThat(config.orders().host()).isEqualTo("localhost");
    assertThat(config.orders().port()).isEqualTo(12_006);
    assertThat(config.greeter().host()).isEqualTo("localhost");
    assertThat(config.greeter().port()).isEqualTo(50_052);
  }

  @Test
  void uses_the_default_host_unless_a_variable_is_set() {
    var environment = Environment.of(Map.of("ORDERS_HOST", "orders.example"));

    var config = MarketplaceConfig.from(environment, "127.0.0.2");

    assertThat(config.recommendations().host()).isEqualTo("127.0.0.2");
    assertThat(config.orders().host()).isEqualTo("orders.example");
    assertThat(config.greeter().host()).isEqualTo("127.0.0.2");
  }

  @Test
  void reads_its_port_address_and_drain_delay() {
    var environment =
        Environment.of(
            Map.of(
                "MARKETPLACE_PORT", "8080",
                "BIND_ADDRESS", "0.0.0.0",
                "DRAIN_MS", "100"));

    var config = MarketplaceConfig.from(environment);

    assertThat(config.listen().socketAddress().toString()).endsWith("/0.0.0.0:8080");
    assertThat(config.drain()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void trusts_no_proxy_unless_it_is_listed() {
    assertThat(MarketplaceConfig.from(Environment.of(Map.of())).trustedProxies()).isEmpty();
    assertThat(
            MarketplaceConfig.from(Environment.of(Map.of("TRUSTED_PROXIES", "10.0.0.0/8, ::1")))
                .trustedProxies())
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0/8",
        "localhost",
        "::/129",
        "x/8"
      })
  void rejects_an_invalid_proxy(String proxy) {
    var environment = Environment.of(Map.of("TRUSTED_PROXIES", "127.0.0.1," + proxy));

    assertThatThrownBy(() -> MarketplaceConfig.from(environment))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("TRUSTED_PROXIES must be CIDRs")
        .hasMessageContaining(proxy);
  }

  @Test
  void reads_from_their_variables_where_the_services_are() {
    var environment =
        Environment.of(
            Map.of(
                "RECOMMENDATIONS_HOST", "books.example",
                "RECOMMENDATIONS_PORT", "443",
                "ORDERS_HOST", "orders.example",
                "ORDERS_PORT", "8443",
                "GREETER_HOST", "greeter.example",
                "GREETER_PORT", "9443"));

    var config = MarketplaceConfig.from(environment);

    assertThat(config.recommendations().host()).isEqualTo("books.example");
    assertThat(config.recommendations().port()).isEqualTo(443);
    assertThat(config.orders().host()).isEqualTo("orders.example");
    assertThat(config.orders().port()).isEqualTo(8_443);
    assertThat(config.greeter().host()).isEqualTo("greeter.example");
    assertThat(config.greeter().port()).isEqualTo(9_443);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:16686/trace/{trace_id}", "https://t/?id={trace_id}&x"})
  void a_trace_url_contains_the_place_of_the_id(String url) {
    assertThat(MarketplaceConfig.from(Environment.of(Map.of("TRACE_URL", url))).traceUrl())
        .isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/trace", "javascript:alert('{trace_id}')", "{trace_id}"})
  void rejects_other_trace_urls(String url) {
    assertThatThrownBy(() -> MarketplaceConfig.from(Environment.of(Map.of("TRACE_URL", url))))
        .hasMessageContaining("TRACE_URL must be an http or https address with {trace_id}");
  }
}
