package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What needs no server; the rest is in the system tests. */
class PostgresDatabaseTest {
  @Test
  void sends_the_options_of_the_url_and_no_others_which_a_pooler_would_reject() {
    assertThat(optionsOf("jdbc:postgresql://db/orders?options=-c%20search_path=shop"))
        .containsExactly("-c search_path=shop", "-c search_path=shop");
    assertThat(optionsOf("jdbc:postgresql://db/orders")).containsExactly(null, null);
  }

  @ParameterizedTest
  @CsvSource({
    "geheim, geheim",
    "ge%20heim%20, 'ge heim '",
    "ge+heim%2B, ge heim+",
    "ge%26heim%3D%25, ge&heim=%",
    "a@b/c, a@b/c"
  })
  void a_password_in_the_url_is_decoded_and_used_as_it_is(String inUrl, String password) {
    var database =
        new PostgresDatabase(
            new PostgresUrl("jdbc:postgresql://db/orders?password=" + inUrl, "", ""));

    assertThat(((PGSimpleDataSource) database.pooled()).getPassword()).isEqualTo(password);
  }

  @Test
  void a_rejected_password_is_explained() {
    assertThat(trouble(new SQLException("geheim", "28P01")))
        .isEqualTo(
            "it rejects DATABASE_USER and DATABASE_PASSWORD, which are used as they are, with"
                + " spaces, but without one line ending at the end (SQLSTATE 28P01)");
  }

  @Test
  void the_message_of_a_pooler_is_on_one_line_and_at_most_200_characters_long() {
    assertThat(trouble(new SQLException("FATAL: no such database: x\n\u001b[31m", "08P01")))
        .isEqualTo("it cannot be reached: FATAL: no such database: x [31m (SQLSTATE 08P01)");
    assertThat(trouble(new SQLException("FATAL:\u2028x" + "y".repeat(1_000), "08P01")))
        .isEqualTo("it cannot be reached: FATAL: x" + "y".repeat(192) + " (SQLSTATE 08P01)");
  }

  private static String trouble(SQLException failure) {
    return new PostgresDatabase(new PostgresUrl("jdbc:postgresql://db/orders", "", ""))
        .troubleOf(failure)
        .orElseThrow()
        .text();
  }

  private static List<String> optionsOf(String url) {
    var database = new PostgresDatabase(new PostgresUrl(url, "", "geheim"));
    return Stream.of(database.pooled(), database.migrating())
        .map(source -> ((PGSimpleDataSource) source).getOptions())
        .toList();
  }
}
