package dev.bookmarket.orders;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.nio.file.Path;
import java.util.Optional;
import org.postgresql.Driver;

/** Where the orders are kept. */
public sealed interface DatabaseConfig {
  /**
   * In a file of SQLite's.
   *
   * @param file absolute; created, with its folder, if it does not exist
   */
  record SqliteFile(Path file) implements DatabaseConfig {}

  /** Nowhere: nothing is set, and the user has no home directory, which stops the start. */
  record NoFile() implements DatabaseConfig {}

  /**
   * In a PostgreSQL database; its text form shows nothing secret.
   *
   * @param url a {@code jdbc:postgresql:} URL, which may hold a password
   * @param user empty for the URL's
   * @param password empty for the URL's
   */
  record PostgresUrl(String url, String user, String password) implements DatabaseConfig {
    @Override
    public String toString() {
      return "PostgresUrl[hidden]";
    }
  }

  /**
   * Reads ORDERS_DB, DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD; never tells their values.
   */
  static DatabaseConfig from(Environment environment) {
    var file =
        environment
            .path("ORDERS_DB", "the SQLite file; by default .bookmarket/orders.db in HOME")
            .map(Path::toAbsolutePath)
            .or(() -> home(environment).map(home -> home.resolve(".bookmarket/orders.db")));
    var url =
        environment.text(
            "DATABASE_URL", "", "jdbc:postgresql://HOST:PORT/DATABASE to use instead of ORDERS_DB");
    var user = environment.verbatim("DATABASE_USER", "the user of DATABASE_URL");
    var password =
        environment.verbatim(
            "DATABASE_PASSWORD", "that user's password, as it is but for one line ending");
    if (url.isEmpty()) {
      return file.<DatabaseConfig>map(SqliteFile::new).orElseGet(NoFile::new);
    }
    if (!isWellFormed(url)) {
      throw new StartupException(
          "DATABASE_URL must be a URL such as jdbc:postgresql://localhost:5432/orders,"
              + " with the user in DATABASE_USER and the password in DATABASE_PASSWORD,"
              + " but is another (not shown, since it may hold a password)");
    }
    return new PostgresUrl(url, user, password);
  }

  /** Returns the home directory; empty if there is none, for which the JVM has {@code ?}. */
  private static Optional<Path> home(Environment environment) {
    return environment
        .path("HOME", "the folder of .bookmarket; by default the user's home directory")
        .filter(Path::isAbsolute)
        .or(() -> Optional.of(Environment.pathOf("user.home", System.getProperty("user.home", ""))))
        .filter(Path::isAbsolute);
  }

  /**
   * Whether it is ours at all, where the driver would ignore it, and names nobody before its host:
   * the driver would take a password there for a part of the host's name, which is no secret.
   */
  private static boolean isWellFormed(String url) {
    var place = url.split("\\?", 2)[0];
    return place.startsWith("jdbc:postgresql:")
        && !place.contains("@")
        && Driver.parseURL(url, null) != null;
  }
}
