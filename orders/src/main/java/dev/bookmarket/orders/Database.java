package dev.bookmarket.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.bookmarket.orders.DatabaseConfig.NoFile;
import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.orders.DatabaseKind.DatabaseProblem;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
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
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The database of the orders: its connections, its schema, and its failures, of which it tells
 * nothing that was in an order. Opened before it can be reached, and open until it is closed. Safe
 * for concurrent use.
 */
final class Database implements HealthCheck {
  /**
   * A little less than the deadlines of the shop's own callers: one second and two. It bounds each
   * wait; a database that is slow but answers may take longer in all. No order rests on it: one
   * whose caller has given up is found again by its key.
   */
  private static final Duration READ_BOUND = Duration.ofMillis(900);

  private static final Duration WRITE_BOUND = Duration.ofMillis(1_800);

  /** How long an answer stands for the next one. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final DatabaseKind kind;

  /** First come, first served: SQLite would let a waiting writer starve. */
  private final ReentrantLock writer = new ReentrantLock(true);

  /** Made as soon as there is a schema; null before. */
  private volatile @Nullable Reached reached;

  /** When it last did what it was asked for, by {@link System#nanoTime}. */
  private volatile long lastAnswer = System.nanoTime() - FRESH.toNanos();

  private Database(DatabaseKind kind) {
    this.kind = kind;
  }

  /** Opens it without any input or output; {@link #check} does that. */
  static Database open(DatabaseConfig config) {
    if (config instanceof NoFile) {
      throw new StartupException(
          "ORDERS_DB is unset and this user has no home directory;"
              + " set ORDERS_DB to a file, or HOME");
    }
    if (config instanceof SqliteFile sqlite) {
      return new Database(new SqliteDatabase(sqlite.file()));
    }
    return new Database(new PostgresDatabase((PostgresUrl) config));
  }

  private record Reached(HikariDataSource pool, Jdbi jdbi) {}

  /** What is done with a connection. */
  interface Work<T> {
    T with(Handle handle);
  }

  /**
   * Reads, each statement for itself.
   *
   * @throws UnavailableException if the database is out of reach
   */
  <T> T read(Work<T> work) {
    return before(deadline(READ_BOUND), work);
  }

  /**
   * Writes in one transaction, which is durable on return. Where it fails, it may still have been
   * written.
   *
   * @throws UnavailableException if the database is out of reach
   */
  <T> T write(Work<T> work) {
    var deadline = deadline(WRITE_BOUND);
    Work<T> transaction = handle -> handle.inTransaction(work::with);
    return kind.hasOneWriter() ? inTurn(deadline, transaction) : before(deadline, transaction);
  }

  /**
   * Makes the schema, or brings it up to date, where that has not been done yet. What has just
   * answered need not be asked: a rush of orders is no reason to say that the database is gone.
   */
  @Override
  public void check() {
    if (reached == null) {
      migrate();
      var pool = new HikariDataSource(poolOf(kind));
      reached = new Reached(pool, Jdbi.create(pool));
    } else if (System.nanoTime() - lastAnswer < FRESH.toNanos() && kind.replaced().isEmpty()) {
      return;
    }
    read(handle -> handle.select("SELECT id FROM orders LIMIT 1").mapTo(String.class).findFirst());
  }

  @Override
  public void close() {
    var open = reached;
    if (open != null) {
      open.pool().close();
    }
  }

  private static HikariConfig poolOf(DatabaseKind kind) {
    var config = new HikariConfig();
    config.setPoolName("orders");
    config.setDataSource(kind.pooled());
    config.setConnectionInitSql(kind.initialStatements());
    config.setMaximumPoolSize(kind.connections());
    config.setConnectionTimeout(500);
    config.setValidationTimeout(250);
    config.setInitializationFailTimeout(-1);
    return config;
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
              .orElseGet(() -> new DatabaseProblem(meaningOf(failure), true)));
    }
  }

  private static String meaningOf(FlywayException failure) {
    return switch (String.valueOf(failure.getErrorCode())) {
      case "VALIDATE_ERROR" -> "its schema was made by another build, newer than this one";
      case "NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE" -> "it holds something else than orders";
      default -> "its schema cannot be made (%s)".formatted(failure.getErrorCode());
    };
  }

  private void failStart(DatabaseProblem trouble) {
    if (trouble.lasting()) {
      throw new StartupException(kind.name() + ": " + trouble.text());
    }
    throw unavailable(trouble);
  }

  /** Waits for at most half of the time, since the work needs some as well. */
  private <T> T inTurn(Deadline deadline, Work<T> work) {
    try {
      if (!writer.tryLock(left(deadline).toMillis() / 2, TimeUnit.MILLISECONDS)) {
        throw unavailable(new DatabaseProblem("too many orders are waiting", false));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(new DatabaseProblem("the process is stopping", false));
    }
    try {
      return before(deadline, work);
    } finally {
      writer.unlock();
    }
  }

  private <T> T before(Deadline deadline, Work<T> work) {
    var open = reached;
    if (open == null) {
      throw unavailable(new DatabaseProblem("it has not been reached yet", false));
    }
    var replaced = kind.replaced();
    if (replaced.isPresent()) {
      throw unavailable(replaced.get());
    }
    T result;
    try (var handle = open.jdbi().open()) {
      try {
        kind.limit(handle.getConnection(), left(deadline));
        result = work.with(handle);
      } catch (SQLException | RuntimeException failure) {
        if (sqlFailureIn(failure).isPresent()) {
          // Whatever state it is in, nobody shall find out.
          open.pool().evictConnection(handle.getConnection());
        }
        throw failure;
      }
    } catch (SQLException | RuntimeException failure) {
      throw told(failure);
    }
    lastAnswer = System.nanoTime();
    return result;
  }

  private static Deadline deadline(Duration bound) {
    var ours = Deadline.after(bound.toMillis(), TimeUnit.MILLISECONDS);
    @Nullable Deadline callers = Context.current().getDeadline();
    return callers == null ? ours : ours.minimum(callers);
  }

  private Duration left(Deadline deadline) {
    var millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
    if (millis <= 0) {
      throw unavailable(new DatabaseProblem("the caller's time is over", false));
    }
    return Duration.ofMillis(millis);
  }

  /** What to throw for a failure: its words may quote an order, so they go no further. */
  private RuntimeException told(Exception failure) {
    var sql = sqlFailureIn(failure);
    var trouble = sql.flatMap(kind::troubleOf);
    if (trouble.isPresent()) {
      return unavailable(trouble.get());
    }
    if (sql.isPresent() && sql.get() instanceof SQLTransientConnectionException) {
      return unavailable(new DatabaseProblem("all connections are busy", false));
    }
    if (sql.isEmpty() && !(failure instanceof JdbiException)) {
      return failure instanceof RuntimeException ours ? ours : new IllegalStateException(failure);
    }
    return new IllegalStateException(
        sql.map(f -> "SQLSTATE %s, code %s".formatted(f.getSQLState(), f.getErrorCode()))
            .orElse("not an SQL error: " + failure.getClass().getName()),
        failure);
  }

  private UnavailableException unavailable(DatabaseProblem trouble) {
    return new UnavailableException(
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
