package dev.bookmarket.orders;

import static dev.bookmarket.orders.DatabaseProblem.permanent;
import static dev.bookmarket.orders.DatabaseProblem.temporary;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server, accessed directly or through a connection pooler such as PgBouncer. */
final class PostgresDatabase extends Database {
  /**
   * Makes the server cancel statements that the client has abandoned, so that the next attempt gets
   * their locks. Set by SQL, because PgBouncer rejects the startup parameter "options".
   */
  private static final String TIMEOUTS =
      "SET statement_timeout = 2000; SET lock_timeout = 2000;"
          + " SET idle_in_transaction_session_timeout = 5000";

  private final PostgresUrl config;

  PostgresDatabase(PostgresUrl config) {
    super("postgresql", nameOf(config.url()), 8, Integer.MAX_VALUE, TIMEOUTS);
    this.config = config;
  }

  private static String nameOf(String url) {
    Properties properties = Objects.requireNonNull(Driver.parseURL(url, null));
    return "PostgreSQL at %s:%s"
        .formatted(
            PGProperty.PG_HOST.getOrDefault(properties),
            PGProperty.PG_PORT.getOrDefault(properties));
  }

  @Override
  DataSource dataSource(Duration socketTimeout) {
    var source = new PGSimpleDataSource();
    source.setApplicationName("bookmarket-orders");
    source.setConnectTimeout(1);
    source.setSocketTimeout((int) socketTimeout.toSeconds());
    source.setTcpKeepAlive(true);
    source.setURL(config.url());
    if (!config.user().isEmpty()) {
      source.setUser(config.user());
    }
    if (!config.password().isEmpty()) {
      source.setPassword(config.password());
    }
    // The details of an error quote the row, which contains personal data.
    source.setLogServerErrorDetail(false);
    return source;
  }

  @Override
  void limitWaits(Connection connection, int millis) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, millis);
  }

  @Override
  Optional<DatabaseProblem> problemOf(SQLException failure) {
    var state = Objects.requireNonNullElse(failure.getSQLState(), "");
    var code = "SQLSTATE " + state;
    return switch (state) {
      case "28000" ->
          permanent(
              "it rejects DATABASE_USER: " + PostgresDatabaseProblem.messageOf(failure), code);
      case "28P01" ->
          permanent(
              "it rejects DATABASE_USER or DATABASE_PASSWORD, which are used as they are, with"
                  + " spaces, but without one line ending at the end",
              code);
      case "3D000" -> permanent("the database in DATABASE_URL does not exist", code);
      case "42501" -> permanent("DATABASE_USER lacks a privilege that the service needs", code);
      case "22023" -> permanent("DATABASE_URL has a parameter with an invalid value", code);
      case "22P05" ->
          permanent(
              "the encoding of the database in DATABASE_URL lacks a character of an order; use a"
                  + " database with the encoding UTF8",
              code);
      case "25006" -> temporary("it is read-only", code);
      case "53100" -> temporary("its disk is full", code);
      case "26000", "42P05" ->
          temporary(
              "a pooler in transaction mode does not keep prepared statements; add"
                  + " prepareThreshold=0 to DATABASE_URL, see docs/operations.md",
              code);
      case "57014", "55P03", "40001", "40P01" -> temporary("it is too busy", code);
      // A pooler reports every error as 08P01, such as an unsupported startup parameter.
      default ->
          state.startsWith("08")
              ? temporary(PostgresDatabaseProblem.textOf(failure), code)
              : problemOfClass(state.length() < 2 ? "" : state.substring(0, 2), code);
    };
  }

  private static Optional<DatabaseProblem> problemOfClass(String sqlStateClass, String code) {
    return switch (sqlStateClass) {
      case "53" -> temporary("it has too few resources", code);
      case "57", "25" -> temporary("it is starting or stopping", code);
      case "58" -> temporary("its disk cannot be read or written", code);
      default -> Optional.empty();
    };
  }
}
