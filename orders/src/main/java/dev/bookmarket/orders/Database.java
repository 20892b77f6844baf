package dev.bookmarket.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.orders.DatabaseKind.Trouble;
import dev.bookmarket.runtime.Prerequisite;
import dev.bookmarket.runtime.StartFailure;
import dev.bookmarket.runtime.Unavailable;
import io.grpc.Context;
import io.grpc.Deadline;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The database of the orders: its connections, its schema, and its failures, of which it tells
 * nothing that was in an order. Opened before it can be reached, and open until it is closed. Safe
 * for concurrent use.
 */
final class Database implements Prerequisite {
  /** A little less than the deadlines of the shop's own callers: one second and two. */
  private static final Duration READ_BOUND = Duration.ofMillis(900);

  private static final Duration WRITE_BOUND = Duration.ofMillis(1_800);

  private final DatabaseKind kind;
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  /** First come, first served: SQLite would let a waiting writer starve. */
  private final ReentrantLock writer = new ReentrantLock(true);

  private volatile boolean migrated;

  private Database(DatabaseKind kind) {
    this.kind = kind;
    var config = new HikariConfig();
    config.setPoolName("orders");
    config.setDataSource(kind.pooled());
    config.setMaximumPoolSize(kind.connections());
    config.setConnectionTimeout(500);
    config.setValidationTimeout(250);
    config.setInitializationFailTimeout(-1);
    // Not before there is a file to open, or a server to ask.
    config.setMinimumIdle(0);
    pool = new HikariDataSource(config);
    jdbi = Jdbi.create(pool);
  }

  /** Opens it without any input or output; {@link #check} does that. */
  static Database open(DatabaseConfig config) {
    if (config instanceof SqliteFile sqlite) {
      return new Database(new SqliteDatabase(sqlite.file()));
    }
    return new Database(new PostgresDatabase((PostgresUrl) config));
  }

  /** What is done with a connection. */
  interface Work<T> {
    T with(Handle handle);
  }

  /**
   * Reads, each statement for itself.
   *
   * @throws Unavailable if the database is out of reach
   */
  <T> T read(Work<T> work) {
    return within(READ_BOUND, work);
  }

  /**
   * Writes in one transaction, which is durable on return. Where it fails, it may still have been
   * written.
   *
   * @throws Unavailable if the database is out of reach
   */
  <T> T write(Work<T> work) {
    Work<T> transaction = handle -> handle.inTransaction(work::with);
    return kind.hasOneWriter()
        ? inTurn(() -> within(WRITE_BOUND, transaction))
        : within(WRITE_BOUND, transaction);
  }

  /** Makes the schema, or brings it up to date, where that has not been done yet. */
  @Override
  public void check() {
    if (!migrated) {
      migrate();
      migrated = true;
    }
    var replaced = kind.replaced();
    if (replaced.isPresent()) {
      // What is open is not what is there: the next check begins anew.
      pool.getHikariPoolMXBean().softEvictConnections();
      migrated = false;
      throw unavailable(replaced.get());
    }
    read(handle -> handle.select("SELECT id FROM orders LIMIT 1").mapTo(String.class).findFirst());
  }

  @Override
  public void close() {
    pool.close();
  }

  private void migrate() {
    kind.prepare().ifPresent(this::failStart);
    try {
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(kind.migrating())
          .locations("classpath:db/migration")
          // A schema from the future is one that this build knows nothing of.
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    } catch (FlywayException failure) {
      failStart(
          sqlFailureIn(failure)
              .flatMap(kind::troubleOf)
              .orElseGet(() -> new Trouble(meaningOf(failure), true)));
    }
  }

  private static String meaningOf(FlywayException failure) {
    return switch (String.valueOf(failure.getErrorCode())) {
      case "VALIDATE_ERROR" -> "its schema was made by another build, newer than this one";
      case "NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE" -> "it holds something else than orders";
      default -> "its schema cannot be made (%s)".formatted(failure.getErrorCode());
    };
  }

  private void failStart(Trouble trouble) {
    if (trouble.lasting()) {
      throw new StartFailure(kind.name() + ": " + trouble.text());
    }
    throw unavailable(trouble);
  }

  private <T> T inTurn(java.util.function.Supplier<T> work) {
    try {
      if (!writer.tryLock(WRITE_BOUND.toMillis() / 2, TimeUnit.MILLISECONDS)) {
        throw unavailable(new Trouble("too many orders are waiting", false));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(new Trouble("the process is stopping", false));
    }
    try {
      return work.get();
    } finally {
      writer.unlock();
    }
  }

  private <T> T within(Duration bound, Work<T> work) {
    if (!migrated) {
      throw unavailable(new Trouble("it has not been reached yet", false));
    }
    var deadline = deadline(bound);
    kind.replaced()
        .ifPresent(
            trouble -> {
              throw unavailable(trouble);
            });
    try (var handle = jdbi.open()) {
      try {
        kind.limit(handle.getConnection(), left(deadline));
        return work.with(handle);
      } catch (SQLException | RuntimeException failure) {
        if (sqlFailureIn(failure).isPresent()) {
          // Whatever state it is in, nobody shall find out.
          pool.evictConnection(handle.getConnection());
        }
        throw failure;
      }
    } catch (SQLException | RuntimeException failure) {
      throw told(failure);
    }
  }

  private static Deadline deadline(Duration bound) {
    var ours = Deadline.after(bound.toMillis(), TimeUnit.MILLISECONDS);
    @Nullable Deadline callers = Context.current().getDeadline();
    return callers == null ? ours : ours.minimum(callers);
  }

  private Duration left(Deadline deadline) {
    var millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
    if (millis <= 0) {
      throw unavailable(new Trouble("the caller's time is over", false));
    }
    return Duration.ofMillis(millis);
  }

  /** What to throw for a failure: its words may quote an order, so they go no further. */
  private RuntimeException told(Exception failure) {
    var sql = sqlFailureIn(failure);
    if (sql.isEmpty()) {
      return failure instanceof RuntimeException ours ? ours : new IllegalStateException(failure);
    }
    var trouble = kind.troubleOf(sql.get());
    if (trouble.isPresent()) {
      return unavailable(trouble.get());
    }
    if (sql.get() instanceof SQLTransientConnectionException) {
      return unavailable(new Trouble("all connections are busy", false));
    }
    var fault =
        new IllegalStateException(
            "SQLSTATE %s, code %d".formatted(sql.get().getSQLState(), sql.get().getErrorCode()));
    fault.setStackTrace(sql.get().getStackTrace());
    return fault;
  }

  private Unavailable unavailable(Trouble trouble) {
    return new Unavailable(
        "the orders are out of reach: %s: %s".formatted(kind.name(), trouble.text()));
  }

  /** The innermost one: pool and libraries wrap what the driver says. */
  private static Optional<SQLException> sqlFailureIn(Throwable failure) {
    Optional<SQLException> found = Optional.empty();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        found = Optional.of(sql);
      }
    }
    return found;
  }
}
