package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the checks of the contracts in {@code mvnw verify} on changed copies. They must accept
 * additions and reject every other change.
 */
@Tag("build")
class ContractGatesTest {
  @TempDir private Path copy;

  @Test
  void accepts_the_current_contracts() throws IOException {
    copyContracts();

    assertThat(lint()).isEmpty();
    assertThat(breaking()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "FIELD_NO_DELETE, catalogue.proto, string author = 3;, string author = 8;",
    "FIELD_NO_DELETE, catalogue.proto, string author = 3;, reserved 3;",
    "FIELD_SAME_NAME, catalogue.proto, string author = 3;, string writer = 3;",
    "FIELD_SAME_TYPE, catalogue.proto, int32 year = 4;, string year = 4;",
    "FIELD_SAME_CARDINALITY, catalogue.proto, repeated Book books = 2;, Book books = 2;",
    "FILE_SAME_PACKAGE, catalogue.proto, catalogue.v1;, catalogue.v2;",
    "MESSAGE_NO_DELETE, grpc_service.proto, Skill, Ability",
    "ENUM_VALUE_NO_DELETE, recommendations.proto, POETRY = 9;, ''",
    "ENUM_VALUE_SAME_NAME, recommendations.proto, POETRY = 9;, VERSE = 9;",
    "RPC_NO_DELETE, helloworld.proto, rpc SayHelloAgain(HelloRequest) returns (HelloReply);, ''",
    "RPC_SAME_RESPONSE_TYPE, orders.proto, returns (GetOrderResponse), returns (Order)",
    "RPC_SAME_SERVER_STREAMING, helloworld.proto, (HelloReply), (stream HelloReply)",
    "SERVICE_NO_DELETE, orders.proto, service OrderService, service OrdersService"
  })
  void rejects_a_change_that_breaks_old_clients(String rule, String file, String from, String to)
      throws IOException {
    copyContracts();

    replace(file, from, to);

    assertThat(breaking()).anyMatch(line -> reports(line, file, rule));
  }

  @Test
  void rejects_the_removal_of_a_contract() throws IOException {
    copyContracts();

    Files.delete(copy.resolve("order_handler.proto"));

    assertThat(breaking()).anyMatch(line -> line.contains("FILE_NO_DELETE"));
  }

  @ParameterizedTest
  @CsvSource({
    "FIELD_LOWER_SNAKE_CASE, orders.proto, int64 total_cents, int64 totalCents",
    "COMMENT_FIELD, orders.proto, // The sum of the lines in US cents., ''",
    "COMMENT_RPC, catalogue.proto, rpc GetBook, '\n  rpc GetBook'",
    "COMMENT_ENUM_VALUE, recommendations.proto, // Love stories., ''",
    "RPC_PASCAL_CASE, orders.proto, rpc ListOrders, rpc list_orders",
    "RPC_REQUEST_STANDARD_NAME, orders.proto, rpc ListOrders, rpc ListAllOrders",
    "SERVICE_SUFFIX, catalogue.proto, service CatalogueService, service Catalogue",
    "PACKAGE_VERSION_SUFFIX, orders.proto, orders.v1;, orders;"
  })
  void rejects_a_contract_that_breaks_the_lint_rules(
      String rule, String file, String from, String to) throws IOException {
    copyContracts();

    replace(file, from, to);

    assertThat(lint()).anyMatch(line -> reports(line, file, rule));
  }

  @Test
  void rejects_lint_exceptions_in_a_contract() throws IOException {
    copyContracts();

    replace(
        "orders.proto",
        "int64 total_cents",
        "// buf:lint:ignore FIELD_LOWER_SNAKE_CASE\n  int64 totalCents");

    assertThat(lint()).anyMatch(line -> reports(line, "orders.proto", "FIELD_LOWER_SNAKE_CASE"));
  }

  @Test
  void accepts_additions() throws IOException {
    copyContracts();

    replace(
        "catalogue.proto",
        "string description = 7;",
        "string description = 7;\n  // How many pages it has, 1 or more.\n  int32 pages = 8;");
    replace(
        "catalogue.proto",
        "  // Returns one book.",
        """
          // Counts the books.
          //
          // Errors: none of its own.
          rpc CountBooks(CountBooksRequest) returns (CountBooksResponse);

          // Returns one book.\
        """);
    replace(
        "catalogue.proto",
        "// A category that has books.",
        """
        // Asks how many books there are.
        message CountBooksRequest {}

        // How many books there are.
        message CountBooksResponse {
          // 0 or more.
          int32 book_count = 1;
        }

        // A category that has books.\
        """);
    replace(
        "recommendations.proto",
        "PHILOSOPHY = 13;",
        "PHILOSOPHY = 13;\n  // Places, and how to get there.\n  TRAVEL = 14;");

    assertThat(lint()).isEmpty();
    assertThat(breaking()).isEmpty();
  }

  @Test
  void the_build_fails_with_file_line_and_rule_of_each_violation() throws IOException {
    var project = ProjectCopy.into(copy);
    var contract = copy.resolve("protobufs").resolve("catalogue.proto");
    Files.writeString(
        contract, Files.readString(contract).replace("book_count = 3;", "bookCount = 8;"));

    try (var build =
        project.start("mvnw-gates", Map.of(), "./mvnw", "-q", "verify", "-pl", "protobufs")) {
      assertThat(build.awaitEnd()).isEqualTo(1);
      assertThat(build.log())
          .anyMatch(line -> reports(line, "catalogue.proto", "FIELD_LOWER_SNAKE_CASE"))
          .anyMatch(line -> reports(line, "catalogue.proto", "FIELD_NO_DELETE"));
    }
  }

  /** A process that runs from the old jar keeps that file and reads nothing of the new one. */
  @Test
  void the_build_replaces_a_jar_instead_of_overwriting_it() throws IOException {
    var project = ProjectCopy.into(copy);
    var target = Files.createDirectories(copy.resolve("protobufs").resolve("target"));
    var jar = Files.writeString(target.resolve("protobufs.jar"), "old");

    try (var old = Files.newInputStream(jar);
        var build =
            project.start(
                "mvnw-jar",
                Map.of(),
                "./mvnw",
                "-q",
                "package",
                "-pl",
                "protobufs",
                "-DskipTests")) {
      assertThat(build.awaitEnd()).as("%s", build.log()).isZero();
      assertThat(old.readAllBytes()).asString().isEqualTo("old");
      assertThat(Files.size(jar)).isGreaterThan(1_000);
    }
  }

  private void copyContracts() throws IOException {
    try (var files = Files.newDirectoryStream(Buf.PROTOBUFS, "*.{proto,yaml,txtpb}")) {
      for (var file : files) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
  }

  private void replace(String file, String from, String to) throws IOException {
    var contract = copy.resolve(file);
    var text = Files.readString(contract);
    assertThat(text).contains(from);
    Files.writeString(contract, text.replace(from, to));
  }

  private List<String> lint() {
    return Buf.violations("lint", copy.toString());
  }

  private List<String> breaking() {
    return Buf.violations(
        "breaking", copy.toString(), "--against", copy.resolve("baseline.txtpb").toString());
  }

  private static boolean reports(String line, String file, String rule) {
    return line.matches(
        ".*\\b" + Pattern.quote(file) + "\\(\\d+,\\d+\\) : error " + rule + " : .*");
  }
}
