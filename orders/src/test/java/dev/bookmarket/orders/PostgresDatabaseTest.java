package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tests that need no PostgreSQL server; the other tests are in the system tests. */
class PostgresDatabaseTest {
  @Test
  void sends_only_the_options_in_the_url_since_poolers_reject_others() {
    assertThat(options("jdbc:postgresql://db/orders?options=-c%20search_path=shop"))
        .isEqualTo("-c search_path=shop");
    assertThat(options("jdbc:postgresql://db/orders")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "geheim, geheim",
    "ge%20heim%20, 'ge heim '",
    "ge+heim%2B, ge heim+",
    "ge%26heim%3D%25, ge&heim=%",
    "a@b/c, a@b/c"
  })
  void decodes_the_password_in_the_url(String inUrl, String password) {
    var config = new PostgresUrl("jdbc:postgresql://db/orders?password=" + inUrl, "", "");

    assertThat(dataSource(config).getPassword()).isEqualTo(password);
  }

  @Test
  void explains_a_rejected_password() {
    assertThat(problem(new SQLException("geheim", "28P01")))
        .isEqualTo(
            "it rejects DATABASE_USER and DATABASE_PASSWORD, which are used as they are, with"
                + " spaces, but without one line ending at the end (SQLSTATE 28P01)");
  }

  @Test
  void shows_at_most_200_characters_of_a_pooler_message_on_one_line() {
    assertThat(problem(new SQLException("FATAL: no such database: x\n\u001b[31m", "08P01")))
        .isEqualTo("it cannot be reached: FATAL: no such database: x [31m (SQLSTATE 08P01)");
    assertThat(problem(new SQLException("FATAL:\u2028x" + "y".repeat(1_000), "08P01")))
        .isEqualTo("it cannot be reached: FATAL: x" + "y".repeat(192) + " (SQLSTATE 08P01)");
  }

  private static String problem(SQLException failure) {
    return new PostgresDatabase(new PostgresUrl("jdbc:postgresql://db/orders", "", ""))
        .problemOf(failure)
        .orElseThrow()
        .text();
  }

  private static @Nullable String options(String url) {
    return dataSource(new PostgresUrl(url, "", "geheim")).getOptions();
  }

  private static PGSimpleDataSource dataSource(PostgresUrl config) {
    return (PGSimpleDataSource) new PostgresDatabase(config).dataSource(Duration.ofSeconds(2));
  }
}
