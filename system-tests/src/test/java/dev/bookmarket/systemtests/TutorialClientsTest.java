package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the programs of the tutorials, with stubs from the contracts of the tutorials, against the
 * shop that the first command of the README starts. Only host and port of the programs are changed.
 * They are in {@code src/test/resources/tutorials}.
 */
@Needs(Tool.PYTHON)
class TutorialClientsTest {
  private static final String ADDRESS = "(localhost|127\\.0\\.0\\.1):[0-9]+";

  private static RunCommand command;
  private static ProcessUnderTest shop;
  @TempDir private static Path folder;

  @BeforeAll
  static void startShopAndGenerateStubs(@TempDir Path project) throws IOException {
    command = RunCommand.in(project);
    var shopPorts = Processes.freePorts();
    shop = command.open(shopPorts);
    var tutorials = Path.of("src/test/resources/tutorials");
    Files.createDirectory(folder.resolve("service"));
    for (var contract :
        List.of(
            "recommendations.proto",
            "test.proto",
            "service/test.proto",
            "hello.proto",
            "helloworld.proto")) {
      Files.copy(tutorials.resolve(contract), folder.resolve(contract));
      run(
          Tool.onPath("protoc").orElseThrow().toString(),
          "--python_out=.",
          "--grpc_python_out=.",
          "--plugin=protoc-gen-grpc_python=" + Tool.onPath("grpc_python_plugin").orElseThrow(),
          contract);
    }
    var ports =
        Map.of(
            "client.py", shopPorts.get("RECOMMENDATIONS_PORT"),
            "calls.py", shopPorts.get("RECOMMENDATIONS_PORT"),
            "test_homepage.py", shopPorts.get("MARKETPLACE_PORT"),
            "json_rpc_client.py", shopPorts.get("MARKETPLACE_PORT"),
            "json_rpc_call.sh", shopPorts.get("MARKETPLACE_PORT"),
            "order_client.py", shopPorts.get("ORDERS_PORT"),
            "grpc_service_client.py", shopPorts.get("GREETER_PORT"),
            "hello_client.py", shopPorts.get("GREETER_PORT"),
            "greeter_client.py", shopPorts.get("GREETER_PORT"));
    for (var port : ports.entrySet()) {
      var text = Files.readString(tutorials.resolve(port.getKey()));
      assertThat(text).containsPattern(ADDRESS);
      Files.writeString(
          folder.resolve(port.getKey()),
          text.replaceFirst(ADDRESS, "127.0.0.1:" + port.getValue()));
    }
  }

  @AfterAll
  static void stopShop() throws IOException {
    if (shop != null) {
      shop.close();
    }
    if (command != null) {
      command.close();
    }
  }

  @Test
  void the_client_gets_three_distinct_books() {
    var printed = python("client.py");

    assertThat(printed.stream().filter(line -> line.startsWith("  title: "))).hasSize(3);
    assertThat(printed.stream().filter(line -> line.startsWith("  id: ")))
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void the_client_gets_books_of_the_requested_category() {
    var books = python("calls.py", "SCIENCE_FICTION", "3");
    var allOfTheCategory = python("calls.py", "SCIENCE_FICTION", "1000");

    assertThat(books).hasSize(4).startsWith("OK").isSubsetOf(allOfTheCategory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MYSTERY         | 1 | The Maltese Falcon
          MYSTERY         | 2 | Murder on the Orient Express
          MYSTERY         | 3 | The Hound of the Baskervilles
          SCIENCE_FICTION | 4 | "The Hitchhiker's Guide to the Galaxy"
          SCIENCE_FICTION | 5 | "Ender's Game"
          SCIENCE_FICTION | 6 | The Dune Chronicles
          SELF_HELP       | 7 | The 7 Habits of Highly Effective People
          SELF_HELP       | 8 | How to Win Friends and Influence People
          SELF_HELP       | 9 | "Man's Search for Meaning"
          """,
      quoteCharacter = '"')
  void the_books_of_the_tutorial_keep_their_ids(String category, int id, String title) {
    assertThat(python("calls.py", category, "1000")).contains(id + " " + title);
  }

  @ParameterizedTest
  @CsvSource({"99", "-1"})
  void a_category_that_does_not_exist_is_not_found(String category) {
    assertThat(python("calls.py", category, "3"))
        .containsExactly("NOT_FOUND", "Category not found");
  }

  @ParameterizedTest
  @CsvSource({"0", "unset"})
  void a_request_for_no_books_returns_an_empty_list(String maxResults) {
    assertThat(python("calls.py", "MYSTERY", maxResults)).containsExactly("OK");
  }

  @Test
  void a_negative_number_of_books_is_an_invalid_argument() {
    assertThat(python("calls.py", "MYSTERY", "-1")).startsWith("INVALID_ARGUMENT");
  }

  @Test
  void the_integration_test_of_the_home_page_passes() {
    assertThat(python("test_homepage.py")).containsExactly("passed");
  }

  @Test
  void the_order_client_gets_the_id_of_its_order() {
    assertThat(python("order_client.py"))
        .singleElement()
        .asString()
        .matches("\\{\"ret\":\"OK\",\"order_id\":\"[0-9a-z]{20}\"}");
  }

  @Test
  void two_calls_of_the_order_client_place_two_orders() {
    assertThat(python("order_client.py")).isNotEqualTo(python("order_client.py"));
  }

  @Test
  void the_greeter_client_gets_both_greetings() {
    assertThat(python("greeter_client.py"))
        .containsExactly(
            "Greeter client received: Hello, you!", "Greeter client received: Hello again, you!");
  }

  @Test
  void the_grpc_service_client_gets_its_text_back() {
    assertThat(python("grpc_service_client.py"))
        .containsExactly("received: xiao li this is gprc test service");
  }

  @Test
  void the_grpc_service_client_with_a_skill_gets_its_text_back() {
    assertThat(python("hello_client.py"))
        .containsExactly("received: xiao gangengineer this is gprc test service");
  }

  @Test
  void the_json_rpc_client_gets_a_string() {
    assertThat(python("json_rpc_client.py"))
        .containsExactly(
            "response: {\"result\": \" this is gprc test service\", \"id\": 0, \"jsonrpc\": \"2.0\"}");
  }

  @Test
  @Needs(Tool.CURL)
  void the_curl_command_gets_a_string() {
    // Separate the progress of curl, and add the newline that curl does not print.
    assertThat(run("sh", "-c", "sh json_rpc_call.sh 2>curl.log; echo"))
        .containsExactly(
            "{\"result\":\" this is gprc test service\",\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  private static List<String> python(String... programAndArguments) {
    return run(
        Stream.concat(Stream.of("/usr/bin/python3"), Stream.of(programAndArguments))
            .toArray(String[]::new));
  }

  private static List<String> run(String... command) {
    var builder = new ProcessBuilder(new ArrayList<>(List.of(command))).directory(folder.toFile());
    var name = Path.of(command[0]).getFileName().toString();
    try (var process = ProcessUnderTest.start(name, builder, Map.of())) {
      var exitCode = process.awaitEnd();
      assertThat(exitCode).as("exit code of %s, which printed %s", name, process.log()).isZero();
      return process.log();
    }
  }
}
