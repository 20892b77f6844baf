package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.orders.DatabaseConfig.NoFile;
import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersConfigTest {
  @Test
  void has_a_default_for_everything() {
    var config = config(Map.of());
    assertThat(config.server().listen().port()).isEqualTo(12006);
    assertThat(config.server().drain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.server().maxConnectionAge()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.database())
        .isEqualTo(
            new SqliteFile(Path.of(System.getProperty("user.home"), ".bookmarket", "orders.db")));
  }

  @Test
  void reads_the_port_and_the_file() {
    var config = config(Map.of("ORDERS_PORT", "1234", "ORDERS_DB", "/x/y.db"));
    assertThat(config.server().listen().port()).isEqualTo(1234);
    assertThat(config.database()).isEqualTo(new SqliteFile(Path.of("/x/y.db")));
  }

  @Test
  void keeps_orders_in_home_unless_a_file_is_set() {
    assertThat(config(Map.of("HOME", "/x")).database())
        .isEqualTo(new SqliteFile(Path.of("/x/.bookmarket/orders.db")));
    assertThat(config(Map.of("HOME", "/x", "ORDERS_DB", "/y.db")).database())
        .isEqualTo(new SqliteFile(Path.of("/y.db")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", ".", "x/y"})
  void ignores_a_home_that_is_not_an_absolute_path(String home) {
    assertThat(config(Map.of("HOME", home)).database())
        .isEqualTo(
            new SqliteFile(Path.of(System.getProperty("user.home"), ".bookmarket", "orders.db")));
  }

  @Test
  void a_home_that_the_locale_cannot_decode_matters_only_without_a_database() {
    var home = "/home/j\ufffdrgen";

    assertThat(config(Map.of("HOME", home)).database())
        .isEqualTo(
            new NoFile(
                "HOME has characters that the locale cannot decode, or U+FFFD; set LC_ALL=C.UTF-8"));
    assertThat(config(Map.of("HOME", home, "ORDERS_DB", "/y.db")).database())
        .isEqualTo(new SqliteFile(Path.of("/y.db")));
    assertThat(config(Map.of("HOME", home, "DATABASE_URL", "jdbc:postgresql://h/o")).database())
        .isInstanceOf(PostgresUrl.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.db", "a?b=c&d.db", "file:x", ":memory:", "a/../b", "%41#"})
  void uses_a_relative_path_unchanged(String path) {
    assertThat(config(Map.of("ORDERS_DB", path)).database())
        .isEqualTo(new SqliteFile(Path.of("").toAbsolutePath().resolve(path)));
  }

  @Test
  void uses_user_and_password_unchanged_except_for_one_line_ending() {
    var url = "jdbc:postgresql://db/orders";
    assertThat(
            config(
                    Map.of(
                        "DATABASE_URL", url,
                        "DATABASE_USER", " shop \n",
                        "DATABASE_PASSWORD", "pa ss \r\n"))
                .database())
        .isEqualTo(new PostgresUrl(url, " shop ", "pa ss "));
  }

  @Test
  void prefers_a_database_server_over_a_file() {
    var config =
        config(
            Map.of(
                "ORDERS_DB", "/x/y.db",
                "DATABASE_URL", "jdbc:postgresql://db:5432/orders",
                "DATABASE_USER", "shop",
                "DATABASE_PASSWORD", "geheim"));
    assertThat(config.database())
        .isEqualTo(new PostgresUrl("jdbc:postgresql://db:5432/orders", "shop", "geheim"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/orders?password=geheim",
        "postgresql://shop:geheim@db/orders",
        "jdbc:postgresql://db:port/orders?password=geheim",
        "jdbc:postgresql://db?password=geheim",
        "jdbc:postgresql://shop:geheim@db:5432/orders",
        "jdbc:postgresql://shop:geheim@db/orders",
        "jdbc:postgresql://shop:ge/heim@db/orders",
        "jdbc:postgresql:shop:geheim@db:5432/orders",
        "jdbc:postgresql://db:geheim/orders",
        "geheim"
      })
  void rejects_an_invalid_url_without_showing_it(String url) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> config(Map.of("DATABASE_URL", url)))
        .withMessageStartingWith("DATABASE_URL must be a URL such as jdbc:postgresql://")
        .withMessageContainingAll("DATABASE_USER", "DATABASE_PASSWORD")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("heim"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db:5432/orders?password=a@b/c",
        "jdbc:postgresql://db/orders?options=-c%20search_path=shop",
        "jdbc:postgresql://db1:5432,db2/orders",
        "jdbc:postgresql://[::1]:5432/orders",
        "jdbc:postgresql:///orders",
        "jdbc:postgresql:orders",
        "jdbc:postgresql://db/orders?sslmode=verify-full&sslrootcert=/tls/ca.crt",
        "jdbc:postgresql://db/orders?ssl=true&sslcert=/c&sslkey=/k&sslpassword=geheim",
        "jdbc:postgresql://db/orders?ssl&sslResponseTimeout=1000&sslNegotiation=direct"
      })
  void accepts_every_valid_url(String url) {
    assertThat(config(Map.of("DATABASE_URL", url)).database())
        .isEqualTo(new PostgresUrl(url, "", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sslmode=verify_full",
        "sslmode=geheim",
        "sslmode=",
        "sslMode=verify-full",
        "SSLMODE=verify-full",
        "sslmode=verify-full&sslRootCert=/tls/ca.crt",
        "ssl=on",
        "ssl=1",
        "sslgeheim"
      })
  void rejects_a_parameter_of_tls_that_the_driver_would_ignore(String parameters) {
    var url = "jdbc:postgresql://db/orders?password=geheim&" + parameters;

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> config(Map.of("DATABASE_URL", url)))
        .withMessageStartingWith("DATABASE_URL must contain only TLS parameters that the driver")
        .withMessageContainingAll("sslmode=verify-full", "sslrootcert=FILE")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("geheim"));
  }

  @Test
  void the_text_form_contains_no_password() {
    var config =
        config(
            Map.of(
                "DATABASE_URL", "jdbc:postgresql://db/orders?password=geheim",
                "DATABASE_PASSWORD", "geheim"));
    assertThat(config.toString()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @CsvSource({"ORDERS_PORT, 65536", "ORDERS_PORT, tcp://10.0.0.1:12006", "DRAIN_MS, soon"})
  void names_the_variable_with_an_invalid_value(String name, String value) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessageStartingWith(name + " must be ")
        .withMessageEndingWith("but is \"" + value + "\"");
  }

  private static OrdersConfig config(Map<String, String> variables) {
    return OrdersConfig.from(Environment.of(variables));
  }
}
