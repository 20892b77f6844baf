package dev.bookmarket.orders;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Creates or updates the schema with the scripts in {@code db/migration}. */
final class SchemaMigration {
  private SchemaMigration() {}

  /**
   * Migrates the schema to the version of this build.
   *
   * @throws FlywayException if that fails, or if a newer build has migrated the schema
   */
  static void migrate(DataSource dataSource) {
    Flyway.configure(SchemaMigration.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:db/migration")
        // By default, Flyway accepts a schema that a newer build has migrated.
        .ignoreMigrationPatterns(new String[0])
        .load()
        .migrate();
  }

  /** Returns the problem that a failure without an SQL exception reports. */
  static DatabaseProblem problemOf(FlywayException failure) {
    var text =
        switch (String.valueOf(failure.getErrorCode())) {
          case "VALIDATE_ERROR" ->
              "its schema does not match this release; a newer one may have created it";
          case "NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE" ->
              "it contains tables of another program";
          default -> "its schema cannot be created (%s)".formatted(failure.getErrorCode());
        };
    return new DatabaseProblem(text, true);
  }
}
