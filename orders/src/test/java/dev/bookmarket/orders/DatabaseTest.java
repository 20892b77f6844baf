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
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.UnavailableException;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong with the file of the orders, at the start and later. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DatabaseTest {
  @TempDir private Path folder;

  @Test
  void makes_its_file_and_folder_for_its_owner_alone() throws IOException {
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
  void takes_its_path_as_it_is(String name) throws IOException {
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
  void takes_a_path_that_is_not_ascii_as_it_is() throws IOException {
    assumeTrue(StandardCharsets.UTF_8.equals(charsetOfPaths()), "paths are in UTF-8");
    var file = folder.resolve("\u00fc\u4e2d\ud83d\ude00.db");

    openAndCheck(file).close();

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void keeps_orders_where_links_lead() throws IOException {
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

    assertNoStart(link, "it cannot be made: " + link + " is a link whose target does not exist");
    assertNoStart(
        Files.createSymbolicLink(folder.resolve("second"), link),
        "it cannot be made: "
            + folder.resolve("second")
            + " is a link whose target does not exist");
    assertNoStart(
        link.resolve("new").resolve("orders.db"),
        "it cannot be made: " + link + " is a link whose target does not exist");
  }

  @Test
  void does_not_start_with_a_link_to_itself() throws IOException {
    var link = Files.createSymbolicLink(folder.resolve("orders.db"), folder.resolve("orders.db"));

    assertNoStart(link, "it cannot be made: " + link + " is a link that cannot be followed");
  }

  @Test
  void does_not_start_with_a_link_to_a_folder() throws IOException {
    assertNoStart(
        Files.createSymbolicLink(folder.resolve("orders.db"), folder), "it is not a file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/dev/null"})
  void does_not_start_with_what_is_not_a_file_for_orders(String path) {
    assumeTrue(Files.exists(Path.of(path)), "there is a " + path);
    assertNoStart(Path.of(path), "it is not a file");
  }

  @ParameterizedTest
  @CsvSource({"journal_mode, wal", "synchronous, 2", "foreign_keys, 1"})
  void sets_what_durability_rests_on(String pragma, String value) {
    try (var database = openAndCheck(folder.resolve("orders.db"))) {
      assertThat(pragma(database, pragma)).isEqualTo(value);
    }
  }

  @Test
  void does_not_start_where_the_file_cannot_be_made() throws IOException {
    var parent = Files.writeString(folder.resolve("a file"), "");

    assertNoStart(parent.resolve("orders.db"), "it cannot be made: " + parent + " is not a folder");
    assertNoStart(
        parent.resolve("new").resolve("orders.db"),
        "it cannot be made: " + parent + " is not a folder");
    assertNoStart(Path.of("/proc/orders.db"), "it cannot be made: java.nio.file.");
  }

  @Test
  void does_not_start_with_a_folder() throws IOException {
    assertNoStart(Files.createDirectory(folder.resolve("orders.db")), "it is not a file");
  }

  @Test
  void does_not_start_with_a_file_of_something_else() throws IOException {
    var file = Files.writeString(folder.resolve("orders.db"), "Dear diary,\n".repeat(1_000));

    assertNoStart(file, "it is no SQLite database (SQLITE_NOTADB)");
    assertThat(Files.readString(file)).startsWith("Dear diary");
  }

  @Test
  void does_not_start_with_the_database_of_something_else() throws SQLException {
    var file = folder.resolve("orders.db");
    execute(file, "CREATE TABLE diary (entry TEXT)");

    assertNoStart(file, "it holds something else than orders");
  }

  @Test
  void does_not_start_with_a_database_that_a_newer_build_has_made() throws SQLException {
    var file = folder.resolve("orders.db");
    openAndCheck(file);
    execute(
        file,
        "INSERT INTO flyway_schema_history SELECT 2, '2', 'more', type, 'V2__more.sql', checksum,"
            + " installed_by, installed_on, 1, 1 FROM flyway_schema_history");

    assertNoStart(file, "its schema was made by another build, newer than this one");
  }

  @Test
  void starts_once_the_file_is_not_locked_any_more() throws SQLException {
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
  void a_locked_file_makes_orders_unavailable_in_time_and_only_as_long_as_it_lasts()
      throws SQLException {
    var file = folder.resolve("orders.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        execute(other, "BEGIN IMMEDIATE");
        assertThat(refusal(service))
            .extracting(Status::getCode, Status::getDescription)
            .containsExactly(
                Status.Code.UNAVAILABLE,
                "the orders are out of reach: ORDERS_DB "
                    + file
                    + ": another process has locked it (SQLITE_BUSY)");
        execute(other, "ROLLBACK");
      }
      assertThat(stub(service).placeOrder(request("b", "k").build()).getOrder().getId())
          .isNotEmpty();
    }
  }

  @Test
  void a_file_that_is_gone_takes_no_orders_until_it_is_back() throws IOException {
    var file = folder.resolve("orders.db");
    var away = folder.resolve("away.db");
    try (var database = openAndCheck(file);
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      var order = stub(service).placeOrder(request("b", "k").build());
      Files.move(file, away);
      assertThat(refusal(service).getDescription()).endsWith("it is gone");
      assertThatThrownBy(database::check).hasMessageEndingWith("it is gone");
      Files.writeString(file, "");
      assertThatThrownBy(database::check).hasMessageContaining("another file has taken its place");

      Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);

      database.check();
      assertThat(stub(service).placeOrder(request("b", "k").build())).isEqualTo(order);
    }
  }

  @Test
  void a_fault_is_logged_without_anything_of_the_order() throws SQLException {
    var file = folder.resolve("orders.db");
    try (var database = openAndCheck(file);
        var log = CapturedLog.begin();
        var service = ServedInProcess.of(OrdersMain.endpoints(database))) {
      execute(file, "DROP TABLE order_lines");

      assertThat(refusal(service).getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(String.join("\n", log.lines()))
          .contains("Unexpected failure", "SQLSTATE")
          .doesNotContain("Xyzzyplugh", "4915112345678", "Frobnitz", "Dune");
    }
  }

  @Test
  void a_server_that_is_not_there_is_waited_for_and_named_without_its_password() {
    var config =
        new PostgresUrl("jdbc:postgresql://127.0.0.1:1/orders?password=geheim", "", "geheim");
    try (var database = Database.open(config);
        var log = CapturedLog.begin()) {
      assertThatThrownBy(database::check)
          .isInstanceOf(UnavailableException.class)
          .hasMessage(
              "the orders are out of reach: PostgreSQL at 127.0.0.1:1:"
                  + " it cannot be reached (SQLSTATE 08001)");
      assertThat(String.join("\n", log.lines())).doesNotContain("geheim");
    }
  }

  @Test
  void waits_for_another_process_no_longer_than_the_caller_does() throws Exception {
    var clock = Executors.newSingleThreadScheduledExecutor();
    try (var database = openAndCheck(folder.resolve("orders.db"))) {
      assertThat(busyTimeout(database)).as("without a hurry").isEqualTo(800);
      try (var hurried =
          Context.current().withDeadline(Deadline.after(700, TimeUnit.MILLISECONDS), clock)) {
        assertThat(hurried.call(() -> busyTimeout(database))).isBetween(1, 700);
      }
    } finally {
      clock.shutdownNow();
    }
  }

  private static int busyTimeout(Database database) {
    return Integer.parseInt(pragma(database, "busy_timeout"));
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
    database.check();
    return database;
  }

  private static void assertNoStart(Path file, String reason) {
    try (var database = Database.open(new SqliteFile(file))) {
      assertThatThrownBy(database::check)
          .isInstanceOf(StartupException.class)
          .hasMessageStartingWith("ORDERS_DB " + file + ": " + reason);
    }
  }

  private static Status refusal(ServedInProcess service) {
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
