package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OrdersMainTest {
  @TempDir private Path folder;

  @Test
  void help_lists_the_variables_without_their_values() {
    var variables = Map.of("DATABASE_URL", "jdbc:postgresql://db/x", "DATABASE_PASSWORD", "geheim");
    try (var process = run(variables, "--help")) {
      assertThat(process.awaitEnd()).isZero();
      assertThat(process.output())
          .contains("orders reads these environment variables:")
          .anyMatch(line -> line.startsWith("  ORDERS_PORT              12006 "))
          .anyMatch(line -> line.startsWith("  ORDERS_DB                (unset) "))
          .anyMatch(line -> line.startsWith("  DATABASE_URL             (unset) "))
          .anyMatch(line -> line.startsWith("  DATABASE_USER            (unset) "))
          .anyMatch(line -> line.startsWith("  DATABASE_PASSWORD        (unset) "))
          .noneMatch(line -> line.contains("geheim") || line.contains("//db"));
    }
  }

  @Test
  void an_invalid_url_prevents_the_start_with_one_line_that_hides_the_url() {
    try (var process = run(Map.of("DATABASE_URL", "jdbc:mysql://u:geheim@db/x"))) {
      assertThat(process.awaitEnd()).isOne();
      assertThat(process.errors())
          .singleElement()
          .asString()
          .startsWith("orders: DATABASE_URL must be ")
          .doesNotContain("geheim");
      assertThat(process.output()).isEmpty();
    }
  }

  @Test
  void a_file_that_is_not_a_database_prevents_the_start_with_one_line() throws Exception {
    var file = Files.writeString(folder.resolve("orders.db"), "Dear diary,\n".repeat(1_000));
    try (var process = run(Map.of("ORDERS_PORT", "0", "ORDERS_DB", file.toString()))) {
      assertThat(process.awaitEnd()).isOne();
      assertThat(process.errors())
          .containsExactly(
              "orders: ORDERS_DB " + file + ": it is not an SQLite database (SQLITE_NOTADB)");
      assertThat(process.output()).isEmpty();
    }
  }

  @Test
  void a_missing_temporary_folder_prevents_the_start_with_one_line_that_names_it()
      throws IOException {
    var missing = folderThatCannotBeCreated();
    var variables = Map.of("ORDERS_PORT", "0", "ORDERS_DB", folder.resolve("orders.db").toString());
    try (var process = run(variables, List.of("-Djava.io.tmpdir=" + missing))) {
      assertThat(process.awaitEnd()).isOne();
      assertThat(process.errors())
          .filteredOn(line -> !line.startsWith("WARNING: java.io.tmpdir")) // the JVM's, from JDK 22
          .singleElement()
          .asString()
          .contains("temporary folder " + missing + ",", "-Dorg.sqlite.tmpdir=FOLDER");
      assertThat(process.output()).noneMatch(line -> line.contains("sqlite"));
    }
  }

  @Test
  void starts_with_the_folder_in_org_sqlite_tmpdir() throws IOException {
    var variables = Map.of("ORDERS_PORT", "0", "ORDERS_DB", folder.resolve("orders.db").toString());
    var options =
        List.of("-Djava.io.tmpdir=" + folderThatCannotBeCreated(), "-Dorg.sqlite.tmpdir=" + folder);
    try (var process = run(variables, options)) {
      process.awaitOutput("Serving gRPC");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "", "relative"})
  void without_a_home_directory_the_service_requires_a_file(String home) {
    try (var process =
        run(Map.of("ORDERS_PORT", "0", "HOME", home), List.of("-Duser.home=" + home))) {
      assertThat(process.awaitEnd()).isOne();
      assertThat(process.errors())
          .singleElement()
          .asString()
          .startsWith("orders: ORDERS_DB ")
          .endsWith("this user has no home directory; set ORDERS_DB to a file, or HOME");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "/home/j\ufffdrgen"})
  void without_a_usable_home_directory_help_works(String home) {
    try (var process = run(Map.of(), List.of("-Duser.home=" + home), "--help")) {
      assertThat(process.awaitEnd()).isZero();
      assertThat(process.output()).anyMatch(line -> line.startsWith("  HOME "));
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void five_processes_can_open_the_same_new_files_at_the_same_time() {
    var processes =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    JavaProcess.start(
                        DatabaseOpener.class,
                        Map.of(),
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        folder.toString(),
                        "5",
                        "20"))
            .toList();
    try {
      for (var process : processes) {
        assertThat(process.awaitEnd()).as("%s", process.errors()).isZero();
      }
    } finally {
      processes.forEach(JavaProcess::close);
    }
  }

  @Test
  void the_warm_up_stores_nothing() throws SQLException {
    var file = folder.resolve("orders.db");
    var config =
        OrdersConfig.from(
            Environment.of(
                Map.of("ORDERS_PORT", "0", "DRAIN_MS", "0", "ORDERS_DB", file.toString())));
    try (var server = OrdersMain.start(config);
        var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement();
        var count = statement.executeQuery("SELECT count(*) FROM orders")) {
      assertThat(server.port()).isPositive();
      assertThat(count.getInt(1)).isZero();
    }
  }

  private Path folderThatCannotBeCreated() throws IOException {
    return Files.writeString(folder.resolve("a file"), "").resolve("missing");
  }

  private static JavaProcess run(Map<String, String> variables, String... arguments) {
    return run(variables, List.of("-XX:TieredStopAtLevel=1"), arguments);
  }

  private static JavaProcess run(
      Map<String, String> variables, List<String> jvmOptions, String... arguments) {
    return JavaProcess.start(OrdersMain.class, variables, jvmOptions, arguments);
  }
}
