package dev.bookmarket.orders;

import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.semconv.DbAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.transaction.DelegatingTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jspecify.annotations.Nullable;

/**
 * Traces the statements of requests, with their text but without values, and the waits for a
 * connection, by OpenTelemetry's semantic conventions 1.44. Does not record the messages of
 * exceptions, which may quote an order. Safe for concurrent use.
 */
final class DatabaseTelemetry implements SqlLogger {
  /** Matches the operation and the first table of a statement. */
  private static final Pattern SUMMARY =
      Pattern.compile("(\\w+).*?(?:INTO|FROM) (\\w+).*", Pattern.DOTALL);

  private final Tracer tracer = Telemetry.tracer();

  private final String system;

  private DatabaseTelemetry(String system) {
    this.system = system;
  }

  /**
   * Returns traced access to the database of a connection pool.
   *
   * @param system the name of the database system in the semantic conventions
   */
  static Jdbi jdbi(DataSource pool, String system) {
    var telemetry = new DatabaseTelemetry(system);
    var jdbi = Jdbi.create(() -> telemetry.connection(pool)).setSqlLogger(telemetry);
    return jdbi.setTransactionHandler(telemetry.new TracedCommits(jdbi.getTransactionHandler()));
  }

  private Connection connection(DataSource pool) throws SQLException {
    if (!isTraced()) {
      return pool.getConnection();
    }
    var span = tracer.spanBuilder("wait for a connection").startSpan();
    try {
      return pool.getConnection();
    } catch (SQLException failure) {
      setError(span, failure);
      throw failure;
    } finally {
      span.end();
    }
  }

  @Override
  public void logAfterExecution(StatementContext statement) {
    trace(statement, null);
  }

  @Override
  public void logException(StatementContext statement, SQLException failure) {
    trace(statement, failure);
  }

  private void trace(StatementContext statement, @Nullable SQLException failure) {
    var start = statement.getExecutionMoment();
    if (!isTraced() || start == null) {
      return;
    }
    var sql = Objects.requireNonNull(statement.getParsedSql()).getSql();
    var summary = SUMMARY.matcher(sql).replaceFirst("$1 $2");
    var span =
        tracer
            .spanBuilder(summary)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(start)
            .startSpan()
            .setAttribute(DbAttributes.DB_COLLECTION_NAME, summary.replaceFirst(".* ", ""));
    describe(span, summary, sql);
    if (failure != null) {
      setError(span, failure);
    }
    span.end();
  }

  /** Traces commits, which last until a transaction is durable. */
  private final class TracedCommits extends DelegatingTransactionHandler {
    TracedCommits(TransactionHandler handler) {
      super(handler);
    }

    @Override
    public TransactionHandler specialize(Handle handle) throws SQLException {
      return new TracedCommits(getDelegate().specialize(handle));
    }

    @Override
    public void commit(Handle handle) {
      if (!isTraced()) {
        super.commit(handle);
        return;
      }
      var span = tracer.spanBuilder("COMMIT").setSpanKind(SpanKind.CLIENT).startSpan();
      describe(span, "COMMIT", "COMMIT");
      try {
        super.commit(handle);
      } catch (TransactionException failure) {
        if (failure.getCause() instanceof SQLException cause) {
          setError(span, cause);
        }
        throw failure;
      } finally {
        span.end();
      }
    }
  }

  /** Returns whether this is part of a trace that is recorded; health checks are not. */
  private static boolean isTraced() {
    return Span.current().isRecording();
  }

  private void describe(Span span, String summary, String sql) {
    span.setAttribute(DbAttributes.DB_SYSTEM_NAME, system)
        .setAttribute(DbAttributes.DB_OPERATION_NAME, summary.split(" ", 2)[0])
        .setAttribute(DbAttributes.DB_QUERY_SUMMARY, summary)
        .setAttribute(DbAttributes.DB_QUERY_TEXT, sql);
  }

  private static void setError(Span span, SQLException failure) {
    span.setStatus(StatusCode.ERROR)
        .setAttribute(ErrorAttributes.ERROR_TYPE, failure.getClass().getName())
        .setAttribute(DbAttributes.DB_RESPONSE_STATUS_CODE, failure.getSQLState());
  }
}
