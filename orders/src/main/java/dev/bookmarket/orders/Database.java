package dev.bookmarket.orders;

import com.zaxxer.hikari.HikariDataSource;
import dev.bookmarket.orders.DatabaseConfig.NoFile;
import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.Context;
import io.grpc.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The database of the orders: connections, schema and error handling. No error message contains
 * data of an order. Usable after the first successful {@link #check}; safe for concurrent use.
 */
abstract class Database implements HealthCheck {
  /**
   * The timeouts are slightly shorter than the deadlines of the shop's own clients, 1 s and 2 s.
   * They limit each single wait; a slow database may take longer in total. After a timeout, a
   * client retries the order with the same key.
   */
  private static final Duration READ_TIMEOUT = Duration.ofMillis(900);

  private static final Duration WRITE_TIMEOUT = Duration.ofMillis(1_800);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MIGRATION_SOCKET_TIMEOUT = Duration.ofSeconds(10);

  /** After a successful statement, no health check is needed for this time. */
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final String name;

  /**
   * A fair queue: without it, a writer could wait forever, because SQLite does not queue writers.
   */
  private final Semaphore writers;

  /** Opens the first connection on demand, which is after the migration. */
  final HikariDataSource pool = new HikariDataSource();

  private final Jdbi jdbi;
  private volatile boolean migrated;
  private volatile long lastSuccessNanos = System.nanoTime() - CHECK_INTERVAL.toNanos();

  /**
   * Creates a database without connecting to it.
   *
   * @param system the name of the database system in telemetry
   * @param name the name in messages to operators
   * @param maxWriters how many transactions may write at the same time
   * @param connectionInitSql statements for each new connection, or empty
   */
  Database(
      String system, String name, int maxConnections, int maxWriters, String connectionInitSql) {
    this.name = name;
    jdbi = DatabaseTelemetry.jdbi(pool, system);
    writers = new Semaphore(maxWriters, true);
    pool.setPoolName("orders");
    pool.setMaximumPoolSize(maxConnections);
    pool.setConnectionInitSql(connectionInitSql);
    pool.setConnectionTimeout(500);
    pool.setValidationTimeout(250);
    pool.setInitializationFailTimeout(-1);
    pool.setMetricsTrackerFactory(DatabasePoolMetrics::new);
    pool.setExceptionOverride(new DatabaseConnectionEviction());
  }

  /** Returns the database of a configuration, without connecting to it. */
  static Database open(DatabaseConfig config) {
    if (config instanceof NoFile none) {
      throw new StartupException(none.reason());
    }
    return config instanceof SqliteFile sqlite
        ? new SqliteDatabase(sqlite.file())
        : new PostgresDatabase((PostgresUrl) config);
  }

  /** Returns a data source whose connections wait for a server at most for that time. */
  abstract DataSource dataSource(Duration socketTimeout);

  /**
   * Creates what must exist before the first connection.
   *
   * @throws StartupException if that is impossible
   */
  void prepare() {}

  /** Returns why open connections must not be used any more; empty if they may be used. */
  Optional<String> staleReason() {
    return Optional.empty();
  }

  /**
   * Sets the timeout for each wait of the connection: for the server, or for a lock of another
   * process. Several waits may take longer in total.
   */
  abstract void limitWaits(Connection connection, int millis) throws SQLException;

  /** Returns the problem that causes the failure; empty if the cause is a bug of this service. */
  abstract Optional<DatabaseProblem> problemOf(SQLException failure);

  /**
   * Reads without a transaction.
   *
   * @throws UnavailableException if the database cannot be used at the moment
   */
  final <T> T read(HandleCallback<T, RuntimeException> work) {
    return execute(deadline(READ_TIMEOUT), work);
  }

  /**
   * Writes in one transaction, which is durable on return. After an exception, the transaction may
   * have been committed or not.
   *
   * @throws UnavailableException if the database cannot be used at the moment
   */
  final <T> T write(HandleCallback<T, RuntimeException> work) {
    var deadline = deadline(WRITE_TIMEOUT);
    acquireWriter(deadline);
    try {
      return execute(deadline, handle -> handle.inTransaction(work));
    } finally {
      writers.release();
    }
  }

  /**
   * Migrates the schema at the first call, then checks that orders can be read. Does not query the
   * database if it has just executed another statement: under load, the query could time out
   * although the database works.
   */
  @Override
  public final void check() {
    if (!migrated) {
      prepare();
      migrate();
      pool.setDataSource(dataSource(SOCKET_TIMEOUT));
      migrated = true;
    } else if (System.nanoTime() - lastSuccessNanos < CHECK_INTERVAL.toNanos()
        && staleReason().isEmpty()) {
      return;
    }
    read(handle -> handle.select("SELECT id FROM orders LIMIT 1").mapTo(String.class).findFirst());
  }

  @Override
  public void close() {
    pool.close();
  }

  private void migrate() {
    try {
      SchemaMigration.migrate(dataSource(MIGRATION_SOCKET_TIMEOUT));
    } catch (FlywayException failure) {
      var problem =
          DatabaseProblem.innermostSqlException(failure)
              .flatMap(this::problemOf)
              .orElseGet(() -> SchemaMigration.problemOf(failure));
      throw problem.isPermanent() ? startupException(problem.text()) : unavailable(problem.text());
    }
  }

  /** Waits for at most half of the remaining time; the other half is for the transaction. */
  private void acquireWriter(Deadline deadline) {
    try {
      if (!writers.tryAcquire(remainingMillis(deadline) / 2, TimeUnit.MILLISECONDS)) {
        throw unavailable("too many orders are waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the process is stopping");
    }
  }

  private <T> T execute(Deadline deadline, HandleCallback<T, RuntimeException> work) {
    if (!migrated) {
      throw unavailable("the service has not connected to it yet");
    }
    var stale = staleReason();
    if (stale.isPresent()) {
      throw unavailable(stale.get());
    }
    try {
      T result =
          jdbi.withHandle(
              handle -> {
                limitWaits(handle.getConnection(), remainingMillis(deadline));
                return work.withHandle(handle);
              });
      lastSuccessNanos = System.nanoTime();
      return result;
    } catch (SQLException | JdbiException failure) {
      throw translate(failure);
    }
  }

  private static Deadline deadline(Duration timeout) {
    var ownDeadline = Deadline.after(timeout.toMillis(), TimeUnit.MILLISECONDS);
    @Nullable Deadline callerDeadline = Context.current().getDeadline();
    return callerDeadline == null ? ownDeadline : ownDeadline.minimum(callerDeadline);
  }

  private int remainingMillis(Deadline deadline) {
    int millis = (int) deadline.timeRemaining(TimeUnit.MILLISECONDS);
    if (millis <= 0) {
      throw unavailable("the deadline of the call has expired");
    }
    return millis;
  }

  /**
   * Returns the exception to throw. Its message does not contain the message of the failure, which
   * may quote an order.
   */
  private RuntimeException translate(Exception failure) {
    var sql = DatabaseProblem.innermostSqlException(failure);
    var problem = sql.flatMap(this::problemOf);
    if (problem.isPresent()) {
      return unavailable(problem.get().text());
    }
    if (sql.isPresent() && sql.get() instanceof SQLTransientConnectionException) {
      return unavailable("all connections are busy");
    }
    return new IllegalStateException(
        sql.map(e -> "SQLSTATE %s, code %s".formatted(e.getSQLState(), e.getErrorCode()))
            .orElse("not an SQL error: " + failure.getClass().getName()),
        failure);
  }

  final StartupException startupException(String reason) {
    return new StartupException(name + ": " + reason);
  }

  private UnavailableException unavailable(String reason) {
    return new UnavailableException("the orders are unavailable: %s: %s".formatted(name, reason));
  }
}
