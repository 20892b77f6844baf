package dev.bookmarket.orders;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.runtime.Text;
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

/** A PostgreSQL database; none of its failures holds a password or anything of an order's. */
final class PostgresDatabase implements DatabaseKind {
  private static final int CONNECT_SECONDS = 1;
  private static final int MIGRATION_SECONDS = 10;

  private final PostgresUrl config;
  private final String name;

  PostgresDatabase(PostgresUrl config) {
    this.config = config;
    Properties url = Objects.requireNonNull(Driver.parseURL(config.url(), null));
    name =
        "PostgreSQL at %s:%s"
            .formatted(PGProperty.PG_HOST.getOrDefault(url), PGProperty.PG_PORT.getOrDefault(url));
  }

  @Override
  public DataSource pooled() {
    return source(2 * CONNECT_SECONDS);
  }

  @Override
  public DataSource migrating() {
    return source(MIGRATION_SECONDS);
  }

  /**
   * Makes the server cancel what the client has given up, so that its locks are free for the next
   * attempt. By statements, since PgBouncer rejects the startup parameter "options".
   */
  @Override
  public String initialStatements() {
    return "SET statement_timeout = 2000; SET lock_timeout = 2000;"
        + " SET idle_in_transaction_session_timeout = 5000";
  }

  @Override
  public int connections() {
    return 8;
  }

  @Override
  public boolean hasOneWriter() {
    return false;
  }

  @Override
  public Optional<DatabaseProblem> prepare() {
    return Optional.empty();
  }

  @Override
  public Optional<DatabaseProblem> replaced() {
    return Optional.empty();
  }

  @Override
  public void limit(Connection connection, Duration time) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) time.toMillis());
  }

  @Override
  public Optional<DatabaseProblem> troubleOf(SQLException failure) {
    var state = Objects.requireNonNullElse(failure.getSQLState(), "");
    return switch (state) {
      case "28000", "28P01" ->
          trouble(
              "it rejects DATABASE_USER and DATABASE_PASSWORD, which are used as they are, with"
                  + " spaces, but without one line ending at the end",
              state,
              true);
      case "3D000" -> trouble("it has no such database as DATABASE_URL names", state, true);
      case "42501" -> trouble("DATABASE_USER may not do what the service needs", state, true);
      case "22023" -> trouble("DATABASE_URL has a parameter with a wrong value", state, true);
      case "25006" -> trouble("it takes no writes", state, false);
      case "53100" -> trouble("its disk is full", state, false);
      case "26000", "42P05" ->
          trouble(
              "a pooler in transaction mode does not keep prepared statements; add"
                  + " prepareThreshold=0 to DATABASE_URL, see docs/operations.md",
              state,
              false);
      // A pooler tells every cause by this state, such as a startup parameter that it rejects.
      case "08P01" ->
          trouble(
              "it cannot be reached: " + Text.oneLine("%.200s".formatted(failure.getMessage())),
              state,
              false);
      case "57014", "55P03", "40001", "40P01" -> trouble("it is too busy", state, false);
      default ->
          switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08" -> trouble("it cannot be reached", state, false);
            case "53" -> trouble("it is short of resources", state, false);
            case "57", "25" -> trouble("it is starting or stopping", state, false);
            case "58" -> trouble("its disk does not read or write", state, false);
            default -> Optional.empty();
          };
    };
  }

  @Override
  public String name() {
    return name;
  }

  private PGSimpleDataSource source(int socketSeconds) {
    var source = new PGSimpleDataSource();
    source.setApplicationName("bookmarket-orders");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(socketSeconds);
    source.setTcpKeepAlive(true);
    source.setURL(config.url());
    if (!config.user().isEmpty()) {
      source.setUser(config.user());
    }
    if (!config.password().isEmpty()) {
      source.setPassword(config.password());
    }
    // The details of a failure quote the row.
    source.setLogServerErrorDetail(false);
    return source;
  }

  private static Optional<DatabaseProblem> trouble(String what, String state, boolean lasting) {
    return Optional.of(new DatabaseProblem("%s (SQLSTATE %s)".formatted(what, state), lasting));
  }
}
