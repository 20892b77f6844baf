package dev.bookmarket.orders;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** What tells one kind of database from another. */
interface DatabaseKind {
  /**
   * Why a database does not do what it should.
   *
   * @param text one line for an operator, without a secret and without anything of an order's
   * @param lasting whether waiting will not mend it
   */
  record DatabaseProblem(String text, boolean lasting) {}

  /** For short statements over pooled connections. */
  DataSource pooled();

  /** For migrations, which may take longer. */
  DataSource migrating();

  /** Statements for each new pooled connection; empty for none. */
  String initialStatements();

  /** How many connections to keep. */
  int connections();

  /** Whether only one transaction at a time can write. */
  boolean hasOneWriter();

  /** Makes what must be there before the first connection; empty where it is. */
  Optional<DatabaseProblem> prepare();

  /** What has happened to the database behind its open connections; empty where it is the same. */
  Optional<DatabaseProblem> replaced();

  /**
   * Lets no single wait of what the connection does next take longer than that time: a wait for the
   * server's answer, or for another process. Several in a row may take longer in all.
   */
  void limit(Connection connection, Duration time) throws SQLException;

  /** What a failure means; empty where it is a fault of ours. */
  Optional<DatabaseProblem> troubleOf(SQLException failure);

  /** How to name it to an operator, such as by the variable and the file. */
  String name();
}
