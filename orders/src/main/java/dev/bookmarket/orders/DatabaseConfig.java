package dev.bookmarket.orders;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;

/** Specifies the database that stores the orders. */
public sealed interface DatabaseConfig {
  /**
   * Specifies an SQLite file.
   *
   * @param file an absolute path; the file and its folder are created if they do not exist
   */
  record SqliteFile(Path file) implements DatabaseConfig {}

  /** No database is set, and for this reason there is no default; the service does not start. */
  record NoFile(String reason) implements DatabaseConfig {}

  /**
   * Specifies a PostgreSQL database. Its text form contains no secret.
   *
   * @param url a {@code jdbc:postgresql:} URL, which may contain a password
   * @param user empty to use the user in the URL
   * @param password empty to use the password in the URL
   */
  record PostgresUrl(String url, String user, String password) implements DatabaseConfig {
    @Override
    public String toString() {
      return "PostgresUrl[hidden]";
    }
  }

  /**
   * Reads ORDERS_DB, DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD.
   *
   * @throws StartupException if DATABASE_URL is invalid or has misspelled parameters of TLS; its
   *     message does not contain the value
   */
  static DatabaseConfig from(Environment environment) {
    var file =
        environment
            .path("ORDERS_DB", "the SQLite file; by default .bookmarket/orders.db in HOME")
            .<DatabaseConfig>map(path -> new SqliteFile(path.toAbsolutePath()))
            .orElseGet(() -> defaultFile(environment));
    var url =
        environment.text(
            "DATABASE_URL", "", "jdbc:postgresql://HOST:PORT/DATABASE to use instead of ORDERS_DB");
    var user = environment.verbatim("DATABASE_USER", "the user of DATABASE_URL");
    var password =
        environment.verbatim(
            "DATABASE_PASSWORD",
            "that user's password, unchanged except for one final line ending");
    if (url.isEmpty()) {
      return file;
    }
    if (!isWellFormed(url)) {
      throw new StartupException(
          "DATABASE_URL must be a URL such as jdbc:postgresql://localhost:5432/orders,"
              + " with the user in DATABASE_USER and the password in DATABASE_PASSWORD,"
              + " but has another form (not shown, because it may contain a password)");
    }
    if (!areTlsParametersSupported(Objects.requireNonNull(Driver.parseURL(url, null)))) {
      throw new StartupException(
          "DATABASE_URL must contain only TLS parameters that the driver supports, such as"
              + " sslmode=verify-full and sslrootcert=FILE in this spelling, but contains others");
    }
    return new PostgresUrl(url, user, password);
  }

  private static DatabaseConfig defaultFile(Environment environment) {
    try {
      return home(environment)
          .<DatabaseConfig>map(home -> new SqliteFile(home.resolve(".bookmarket/orders.db")))
          .orElseGet(
              () ->
                  new NoFile(
                      "ORDERS_DB is unset and this user has no home directory;"
                          + " set ORDERS_DB to a file, or HOME"));
    } catch (StartupException e) { // matters only if the file is used
      return new NoFile(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the home directory; empty if there is none, which the JVM represents as {@code ?}. */
  private static Optional<Path> home(Environment environment) {
    return environment
        .path("HOME", "the folder of .bookmarket; by default the user's home directory")
        .filter(Path::isAbsolute)
        .or(
            () ->
                Optional.of(
                    Environment.pathOf("the home directory", System.getProperty("user.home", ""))))
        .filter(Path::isAbsolute);
  }

  /**
   * Returns whether the URL is a PostgreSQL URL without credentials in front of the host. The
   * driver would treat such a password as a part of the host name, which appears in messages.
   */
  private static boolean isWellFormed(String url) {
    var address = url.split("\\?", 2)[0];
    return address.startsWith("jdbc:postgresql:")
        && !address.contains("@")
        && Driver.parseURL(url, null) != null;
  }

  /**
   * Returns whether the driver would use every parameter of TLS. It ignores parameters with an
   * unknown name, such as sslMode, and ssl=on. Then it would accept any certificate, and
   * connections without TLS.
   */
  private static boolean areTlsParametersSupported(Properties parameters) {
    try {
      SslMode.of(parameters);
    } catch (PSQLException e) {
      return false;
    }
    return parameters.getProperty("ssl", "").matches("(?i)|true|false")
        && parameters.stringPropertyNames().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("ssl"))
            .allMatch(name -> PGProperty.forName(name) != null);
  }
}
