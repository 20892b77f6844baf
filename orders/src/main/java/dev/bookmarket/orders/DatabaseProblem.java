package dev.bookmarket.orders;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a database cannot be used.
 *
 * @param text one line for an operator, which contains no secret and no data of an order
 * @param isPermanent whether the same configuration can never work
 */
record DatabaseProblem(String text, boolean isPermanent) {
  /** Returns a problem that may be solved without a restart, with the error code of the driver. */
  static Optional<DatabaseProblem> temporary(String text, String code) {
    return Optional.of(new DatabaseProblem("%s (%s)".formatted(text, code), false));
  }

  /** Returns a problem that an operator must fix, with the error code of the driver. */
  static Optional<DatabaseProblem> permanent(String text, String code) {
    return Optional.of(new DatabaseProblem("%s (%s)".formatted(text, code), true));
  }

  /** Returns the exception of the driver, which the pool and the libraries wrap. */
  static Optional<SQLException> innermostSqlException(Throwable failure) {
    Optional<SQLException> innermost = Optional.empty();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        innermost = Optional.of(sql);
      }
    }
    return innermost;
  }
}
