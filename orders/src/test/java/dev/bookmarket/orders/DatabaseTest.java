package dev.bookmarket.orders;

import static dev.bookmarket.orders.OrderRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Problems with the database file, at the start and later. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DatabaseTest {
  private static final String LOCKED =
      "another process has locked it, or its file system does not support locks, such as NFS;"
          + " use a local disk";

  private static final String MISSING =
      "orders.db: the file no longer exists; move it back together with orders.db-wal, restore a"
          + " backup as in docs/operations.md, or restart the service to create an empty one";

  private static final String REPLACED =
      "orders.db: the file was replaced; stop the service, delete orders.db-wal and orders.db-shm,"
          + " and start it";

  @TempDir private Path folder;

  @Test
  void creates_a_file_and_folder_that_only_the_owner_can_access() throws IOException {
    var parent = folder.resolve("new");

    try (var database = openAndCheck(parent.resolve("orders.db"));
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      stub(service).placeOrder(request("b", "k").build());

      assertThat(permissions(parent)).isEqualTo("rwx------");
      try (var files = Files.list(parent)) {
        assertThat(files)
            .as("the file, -wal and -shm")
            .hasSize(3)
            .allSatisfy(each -> assertThat(permissions(each)).isEqualTo("rw-------"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a?journal_mode=off.db",
        "a?journal_mode=off&synchronous=off",
        "a&b.db",
        "?",
        "a??b",
        "file:a",
        "file:a?mode=memory&cache=shared",
        "mode=memory",
        ":memory:",
        ":resource:a",
        "100%.db",
        "%3F%00.db",
        "a#b.db",
        "a b ",
        " a",
        "a\\b",
        "a'b\"c;d",
        "a\nb",
        "~",
        "-a",
        "jdbc:sqlite:a"
      })
  void uses_the_path_unchanged(String name) throws IOException {
    var parent = folder.resolve("new");
    var file = parent.resolve(name);

    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      stub(service).placeOrder(request("b", "k").build());
      assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
    }

    try (var files = Files.list(parent)) {
      assertThat(files).containsExactly(file);
    }
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void uses_a_path_that_is_not_ascii() throws IOException {
    assumeTrue(StandardCharsets.UTF_8.equals(charsetOfPaths()), "paths are in UTF-8");
    var file = folder.resolve("\u00fc\u4e2d\ud83d\ude00.db");

    openAndCheck(file).close();

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void follows_links_to_the_folder_and_the_file() throws IOException {
    var real = Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("link"), real);
    Files.createSymbolicLink(real.resolve("link.db"), real.resolve("orders.db"));
    Files.createFile(real.resolve("orders.db"));

    openAndCheck(folder.resolve("link").resolve("link.db")).close();

    assertThat(real.resolve("orders.db")).isNotEmptyFile();
  }

  @Test
  void does_not_start_with_a_link_whose_target_does_not_exist() throws IOException {
    var link =
        Files.createSymbolicLink(
            folder.resolve("orders.db"), folder.resolve("missing").resolve("x"));

    assertDoesNotStart(
        link, "it cannot be created: " + link + " is a link whose target does not exist");
    assertDoesNotStart(
        Files.createSymbolicLink(folder.resolve("second"), link),
        "it cannot be created: "
            + folder.resolve("second")
            + " is a link whose target does not exist");
    assertDoesNotStart(
        link.resolve("new").resolve("orders.db"),
        "it cannot be created: " + link + " is a link whose target does not exist");
  }

  @ParameterizedTest
  @EnumSource(names = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"})
  void treats_a_failed_lock_as_temporary_and_gives_both_causes(SQLiteErrorCode code) {
    try (var database = new SqliteDatabase(folder.resolve("orders.db"))) {
      assertThat(database.problemOf(new SQLiteException("?", code)))
          .contains(new DatabaseProblem(LOCKED + " (" + code.name() + ")", false));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "file:///home/a%20b/orders.db, jdbc:sqlite:file:///home/a%20b/orders.db",
    "file:///C:/a%20b/orders.db, jdbc:sqlite:file:///C:/a%20b/orders.db",
    "file://server/share/a%20b.db, jdbc:sqlite:file:////server/share/a%20b.db"
  })
  void the_host_of_a_windows_share_becomes_a_part_of_the_path(URI file, String url) {
    assertThat(SqliteDatabase.urlOf(file)).isEqualTo(url);
  }

  @Test
  void does_not_start_with_a_link_to_itself() throws IOException {
    var link = Files.createSymbolicLink(folder.resolve("orders.db"), folder.resolve("orders.db"));

    assertDoesNotStart(
        link, "it cannot be created: " + link + " is a link that cannot be followed");
  }

  @Test
  void does_not_start_with_a_link_to_a_folder() throws IOException {
    assertDoesNotStart(
        Files.createSymbolicLink(folder.resolve("orders.db"), folder), "it is not a file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/dev/null"})
  void does_not_start_with_a_folder_or_a_device(String path) {
    assumeTrue(Files.exists(Path.of(path)), path + " exists");
    assertDoesNotStart(Path.of(path), "it is not a file");
  }

  @ParameterizedTest
  @CsvSource({"journal_mode, wal", "synchronous, 2", "foreign_keys, 1"})
  void sets_the_pragmas_that_durability_requires(String pragma, String value) {
    try (var database = openAndCheck(folder.resolve("orders.db"))) {
      assertThat(pragma(database, pragma)).isEqualTo(value);
    }
  }

  @Test
  void does_not_start_if_the_file_cannot_be_created() throws IOException {
    var parent = Files.writeString(folder.resolve("a file"), "");

    assertDoesNotStart(
        parent.resolve("orders.db"), "it cannot be created: " + parent + " is not a folder");
    assertDoesNotStart(
        parent.resolve("new").resolve("orders.db"),
        "it cannot be created: " + parent + " is not a folder");
    assertDoesNotStart(Path.of("/proc/orders.db"), "it cannot be created: java.nio.file.");
  }

  @Test
  void does_not_start_with_a_folder() throws IOException {
    assertDoesNotStart(Files.createDirectory(folder.resolve("orders.db")), "it is not a file");
  }

  @Test
  void does_not_start_with_a_file_that_is_not_a_database() throws IOException {
    var file = Files.writeString(folder.resolve("orders.db"), "Dear diary,\n".repeat(1_000));

    assertDoesNotStart(file, "it is not an SQLite database (SQLITE_NOTADB)");
    assertThat(Files.readString(file)).startsWith("Dear diary");
  }

  @Test
  void does_not_start_with_the_database_of_another_application() throws SQLException {
    var file = folder.resolve("orders.db");
    execute(file, "CREATE TABLE diary (entry TEXT)");

    assertDoesNotStart(file, "it contains tables of another program");
  }

  @Test
  void does_not_start_with_a_database_of_a_newer_build() throws SQLException {
    var file = folder.resolve("orders.db");
    openAndCheck(file);
    execute(
        file,
        "INSERT INTO flyway_schema_history SELECT 2, '2', 'more', type, 'V2__more.sql', checksum,"
            + " installed_by, installed_on, 1, 1 FROM flyway_schema_history");

    assertDoesNotStart(
        file, "its schema does not match this release; a newer one may have created it");
  }

  @Test
  void becomes_ready_when_the_file_is_unlocked() throws SQLException {
    var file = folder.resolve("orders.db");
    try (var database = Database.open(new SqliteFile(file))) {
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        execute(other, "PRAGMA locking_mode=EXCLUSIVE");
        execute(other, "CREATE TABLE flyway_schema_history (x TEXT)");
        execute(other, "DROP TABLE flyway_schema_history");
        assertThatThrownBy(database::check)
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("another process has locked it");
      }
      database.check();
    }
  }

  @Test
  void a_locked_file_makes_orders_unavailable_until_it_is_unlocked() throws SQLException {
    var file = folder.resolve("orders.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        execute(other, "BEGIN IMMEDIATE");
        assertThat(failure(service))
            .extracting(Status::getCode, Status::getDescription)
            .containsExactly(
                Status.Code.UNAVAILABLE,
                "the orders are unavailable: ORDERS_DB " + file + ": " + LOCKED + " (SQLITE_BUSY)");
        execute(other, "ROLLBACK");
      }
      assertThat(stub(service).placeOrder(request("b", "k").build()).getOrder().getId())
          .isNotEmpty();
    }
  }

  @Test
  void a_moved_file_makes_orders_unavailable_until_it_is_restored() throws IOException {
    var file = folder.resolve("orders.db");
    var away = folder.resolve("away.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      var order = stub(service).placeOrder(request("b", "k").build());
      Files.move(file, away);
      assertThat(failure(service).getDescription()).endsWith(MISSING);
      assertThatThrownBy(database::check).hasMessageEndingWith(MISSING);
      Files.writeString(file, "");
      assertThatThrownBy(database::check).hasMessageEndingWith(REPLACED);

      Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);

      database.check();
      assertThat(stub(service).placeOrder(request("b", "k").build())).isEqualTo(order);
    }
  }

  @Test
  void a_restored_backup_contains_no_orders_of_the_log_of_the_old_file() throws Exception {
    var file = folder.resolve("orders.db");
    var backup = folder.resolve("backup.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      stub(service).placeOrder(request("b", "saved").build());
      execute(file, "VACUUM INTO '" + backup + "'");
      stub(service).placeOrder(request("b", "later").build());

      Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

      assertThatThrownBy(database::check).hasMessageEndingWith(REPLACED);
    }

    try (var database = openAndCheck(file)) {
      assertThat(keys(database)).containsExactly("saved");
      assertThat(pragma(database, "integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void an_old_file_keeps_its_orders_whether_it_was_moved_or_copied() throws IOException {
    var file = folder.resolve("orders.db");
    var moved = folder.resolve("moved.db");
    var copied = Files.createDirectory(folder.resolve("copied")).resolve("orders.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      stub(service).placeOrder(request("b", "k").build());
      Files.copy(file, copied);
      Files.move(file, moved);
      Files.createFile(file);
    }
    var log = folder.resolve("orders.db-wal.replaced");
    assertThat(permissions(log)).isEqualTo("rw-------");
    Files.copy(log, copied.resolveSibling("orders.db-wal"));

    for (var each : List.of(moved, copied)) {
      try (var database = openAndCheck(each)) {
        assertThat(keys(database)).containsExactly("k");
      }
    }
  }

  @Test
  void opens_no_connection_to_a_file_that_has_replaced_its_own() throws Exception {
    var file = folder.resolve("orders.db");
    try (var database = new SqliteDatabase(file)) {
      database.prepare();
      var connections = database.dataSource(Duration.ofSeconds(1));
      connections.getConnection().close();

      Files.move(
          Files.createFile(folder.resolve("new")), file, StandardCopyOption.REPLACE_EXISTING);

      assertThatThrownBy(connections::getConnection)
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageStartingWith("the file was replaced");
    }
  }

  @Test
  void the_log_of_an_unexpected_failure_contains_no_order_data() throws SQLException {
    var file = folder.resolve("orders.db");
    try (var database = openAndCheck(file);
        var log = CapturedLog.begin();
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      execute(file, "DROP TABLE order_lines");

      assertThat(failure(service).getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(String.join("\n", log.lines()))
          .contains("Unexpected failure", "SQLSTATE")
          .doesNotContain("Xyzzyplugh", "4915112345678", "Frobnitz", "Dune");
    }
  }

  @Test
  void an_unreachable_server_makes_orders_unavailable_and_its_password_is_hidden() {
    var config =
        new PostgresUrl("jdbc:postgresql://127.0.0.1:1/orders?password=geheim", "", "geheim");
    try (var database = Database.open(config);
        var log = CapturedLog.begin()) {
      assertThatThrownBy(database::check)
          .isInstanceOf(UnavailableException.class)
          .hasMessage(
              "the orders are unavailable: PostgreSQL at 127.0.0.1:1:"
                  + " it cannot be reached (SQLSTATE 08001)");
      assertThat(String.join("\n", log.lines())).doesNotContain("geheim");
    }
  }

  @Test
  void the_busy_timeout_is_not_longer_than_the_deadline_of_the_caller() throws Exception {
    var clock = Executors.newSingleThreadScheduledExecutor();
    try (var database = openAndCheck(folder.resolve("orders.db"))) {
      // It is shorter if the machine is so busy that a read has waited before its statement.
      Eventually.soon(
          "800 ms without a deadline",
          () -> retryWhileUnavailable(() -> busyTimeout(database)) == 800);
      assertThat(retryWhileUnavailable(() -> busyTimeoutWithin(700, database, clock)))
          .isBetween(1, 700);
    } finally {
      clock.shutdownNow();
    }
  }

  private static int busyTimeoutWithin(
      int millis, Database database, ScheduledExecutorService clock) {
    var timeout = new AtomicInteger();
    try (var limited =
        Context.current().withDeadline(Deadline.after(millis, TimeUnit.MILLISECONDS), clock)) {
      limited.run(() -> timeout.set(busyTimeout(database)));
    }
    return timeout.get();
  }

  private static int busyTimeout(Database database) {
    return Integer.parseInt(pragma(database, "busy_timeout"));
  }

  private static List<String> keys(Database database) {
    var keys = "SELECT idempotency_key FROM orders";
    return database.read(handle -> handle.select(keys).mapTo(String.class).list());
  }

  private static String pragma(Database database, String name) {
    return database.read(handle -> handle.select("PRAGMA " + name).mapTo(String.class).one());
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Charset charsetOfPaths() {
    return Charset.forName(System.getProperty("sun.jnu.encoding"));
  }

  private static Database openAndCheck(Path file) {
    var database = Database.open(new SqliteFile(file));
    return retryWhileUnavailable(
        () -> {
          database.check();
          return database;
        });
  }

  /** Repeats what a busy machine does not complete in time. */
  private static <T> T retryWhileUnavailable(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (UnavailableException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  private static void assertDoesNotStart(Path file, String reason) {
    try (var database = Database.open(new SqliteFile(file))) {
      assertThatThrownBy(database::check)
          .isInstanceOf(StartupException.class)
          .hasMessageStartingWith("ORDERS_DB " + file + ": " + reason);
    }
  }

  private static Status failure(ServedInProcess service) {
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                stub(service)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .placeOrder(request("b", "k").build()))
        .getStatus();
  }

  private static OrderServiceBlockingStub stub(ServedInProcess service) {
    return OrderServiceGrpc.newBlockingStub(service.channel());
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      execute(connection, sql);
    }
  }

  private static void execute(java.sql.Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
