package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the programs of the tutorials against the shop that the first command of the README starts.
 */
@Needs(Tool.PYTHON)
class TutorialClientsTest {
  private static RunCommand command;
  private static ProcessUnderTest shop;
  private static TutorialPrograms programs;

  @BeforeAll
  static void startShop(@TempDir Path project, @TempDir Path folder) throws IOException {
    command = RunCommand.in(project);
    var shopPorts = Processes.freePorts();
    shop = command.open(shopPorts);
    programs = TutorialPrograms.in(folder, shopPorts);
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
    var printed = programs.python("client.py");

    assertThat(printed.stream().filter(line -> line.startsWith("  title: "))).hasSize(3);
    assertThat(printed.stream().filter(line -> line.startsWith("  id: ")))
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void the_client_gets_books_of_the_requested_category() {
    var books = programs.python("calls.py", "SCIENCE_FICTION", "3");
    var allOfTheCategory = programs.python("calls.py", "SCIENCE_FICTION", "1000");

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
    assertThat(programs.python("calls.py", category, "1000")).contains(id + " " + title);
  }

  @ParameterizedTest
  @CsvSource({"99", "-1"})
  void a_category_that_does_not_exist_is_not_found(String category) {
    assertThat(programs.python("calls.py", category, "3"))
        .containsExactly("NOT_FOUND", "Category not found");
  }

  @ParameterizedTest
  @CsvSource({"0", "unset"})
  void a_request_for_no_books_returns_an_empty_list(String maxResults) {
    assertThat(programs.python("calls.py", "MYSTERY", maxResults)).containsExactly("OK");
  }

  @Test
  void a_negative_number_of_books_is_an_invalid_argument() {
    assertThat(programs.python("calls.py", "MYSTERY", "-1")).startsWith("INVALID_ARGUMENT");
  }

  @Test
  void the_integration_test_of_the_home_page_passes() {
    awaitLines(() -> programs.python("test_homepage.py"), "passed");
  }

  @Test
  void the_order_client_gets_the_id_of_its_order() {
    assertThat(programs.python("order_client.py"))
        .singleElement()
        .asString()
        .matches("\\{\"ret\":\"OK\",\"order_id\":\"[0-9a-z]{20}\"}");
  }

  @Test
  void two_calls_of_the_order_client_place_two_orders() {
    assertThat(programs.python("order_client.py")).isNotEqualTo(programs.python("order_client.py"));
  }

  @Test
  void the_greeter_client_gets_both_greetings() {
    assertThat(programs.python("greeter_client.py"))
        .containsExactly(
            "Greeter client received: Hello, you!", "Greeter client received: Hello again, you!");
  }

  @Test
  void the_grpc_service_client_gets_its_text_back() {
    assertThat(programs.python("grpc_service_client.py"))
        .containsExactly("received: xiao li this is gprc test service");
  }

  @Test
  void the_grpc_service_client_with_a_skill_gets_its_text_back() {
    assertThat(programs.python("hello_client.py"))
        .containsExactly("received: xiao gangengineer this is gprc test service");
  }

  @Test
  void the_json_rpc_client_gets_a_string() {
    awaitLines(
        () -> programs.python("json_rpc_client.py"),
        "response: {\"result\": \" this is gprc test service\", \"id\": 0, \"jsonrpc\": \"2.0\"}");
  }

  @Test
  @Needs(Tool.CURL)
  void the_curl_command_gets_a_string() {
    // Separate the progress of curl, and add the newline that curl does not print.
    awaitLines(
        () -> programs.run("sh", "-c", "sh json_rpc_call.sh 2>curl.log; echo"),
        "{\"result\":\" this is gprc test service\",\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  /** Repeats the program: on a busy machine, the calls of the marketplace may miss a deadline. */
  static void awaitLines(Supplier<List<String>> program, String expected) {
    Polling.within(TwoServices.RECOVERY, () -> assertThat(program.get()).containsExactly(expected));
  }
}
