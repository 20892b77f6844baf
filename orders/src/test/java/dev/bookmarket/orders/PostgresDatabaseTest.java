package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
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
            "it rejects DATABASE_USER or DATABASE_PASSWORD, which are used as they are, with"
                + " spaces, but without one line ending at the end (SQLSTATE 28P01)");
  }

  @Test
  void explains_an_encoding_without_all_characters() {
    assertThat(problem(new SQLException("character 0xe6 of 李雷", "22P05")))
        .isEqualTo(
            "the encoding of the database in DATABASE_URL lacks a character of an order; use a"
                + " database with the encoding UTF8 (SQLSTATE 22P05)");
  }

  @Test
  void shows_at_most_200_characters_of_a_pooler_message_on_one_line() {
    assertThat(problem(new SQLException("FATAL: no such database: x\n\u001b[31m", "08P01")))
        .isEqualTo("it cannot be reached: FATAL: no such database: x [31m (SQLSTATE 08P01)");
    assertThat(problem(new SQLException("FATAL:\u2028x" + "y".repeat(1_000), "08P01")))
        .isEqualTo("it cannot be reached: FATAL: x" + "y".repeat(192) + " (SQLSTATE 08P01)");
  }

  @Test
  void explains_a_rejected_user_with_the_message_of_the_server() {
    assertThat(
            problem(new SQLException("FATAL: no pg_hba.conf entry for host \"10.0.0.9\"", "28000")))
        .isEqualTo(
            "it rejects DATABASE_USER: FATAL: no pg_hba.conf entry for host \"10.0.0.9\""
                + " (SQLSTATE 28000)");
  }

  @Test
  void says_only_that_the_server_is_unreachable_if_the_network_fails() {
    for (var cause :
        List.of(
            new ConnectException("Connection refused"),
            new UnknownHostException("db"),
            new SocketTimeoutException("Read timed out"),
            new SSLException("Connection reset", new SocketException("Connection reset")),
            new EOFException())) {
      assertThat(problem(new SQLException("a long explanation", "08001", cause)))
          .isEqualTo("it cannot be reached (SQLSTATE 08001)");
    }
  }

  @Test
  void explains_a_failed_tls_handshake_with_the_message_of_the_jdk() {
    var cause = new SSLHandshakeException("Received fatal alert: decrypt_error");

    assertThat(problem(new SQLException("La connexion a échoué.", "08001", cause)))
        .isEqualTo("it cannot be reached: Received fatal alert: decrypt_error (SQLSTATE 08001)");
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
