package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.TutorialClientsTest.awaitLines;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificatesMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the programs of the tutorials against a shop with TLS, with the files that {@code ./mvnw
 * -Pcertificates} writes. Besides the address, only the creation of the channel is changed, as
 * {@code docs/tls.md} describes.
 */
@Needs(Tool.PYTHON)
class TutorialClientsWithTlsTest {
  private static final Pattern CHANNEL = Pattern.compile("grpc\\.insecure_channel\\((.*)\\)");

  private static AllInOne shop;
  private static TutorialPrograms plaintext;
  private static TutorialPrograms programs;

  @BeforeAll
  static void startShop(@TempDir Path project, @TempDir Path plain, @TempDir Path folder)
      throws IOException {
    var unused = DemoCertificatesMain.run(project, Instant.now());
    var certificates = project.resolve("certificates");
    shop = AllInOne.start(project, Map.of("TLS_DIR", certificates.toString()));
    plaintext = TutorialPrograms.in(plain, shop.ports());
    var credentials = credentialsInDocumentation().replace("certificates", certificates.toString());
    programs =
        TutorialPrograms.in(
            folder,
            shop.ports(),
            program ->
                CHANNEL
                    .matcher(program)
                    .replaceFirst("grpc.secure_channel($1, credentials)")
                    .replaceFirst("(?m)^import grpc$", "import grpc\n" + credentials));
  }

  @AfterAll
  static void stopShop() {
    if (shop != null) {
      shop.close();
    }
  }

  @Test
  void the_recommendations_clients_get_books() {
    assertThat(programs.python("client.py").stream().filter(line -> line.startsWith("  title: ")))
        .hasSize(3);
    assertThat(programs.python("calls.py", "MYSTERY", "1000"))
        .startsWith("OK")
        .contains("1 The Maltese Falcon");
  }

  @Test
  void the_order_client_gets_the_id_of_its_order() {
    assertThat(programs.python("order_client.py"))
        .singleElement()
        .asString()
        .matches("\\{\"ret\":\"OK\",\"order_id\":\"[0-9a-z]{20}\"}");
  }

  @Test
  void the_clients_of_the_greeter_get_their_responses() {
    assertThat(programs.python("greeter_client.py"))
        .containsExactly(
            "Greeter client received: Hello, you!", "Greeter client received: Hello again, you!");
    assertThat(programs.python("grpc_service_client.py"))
        .containsExactly("received: xiao li this is gprc test service");
    assertThat(programs.python("hello_client.py"))
        .containsExactly("received: xiao gangengineer this is gprc test service");
  }

  @Test
  void the_clients_of_the_marketplace_need_no_change() {
    awaitLines(() -> plaintext.python("test_homepage.py"), "passed");
    awaitLines(
        () -> plaintext.python("json_rpc_client.py"),
        "response: {\"result\": \" this is gprc test service\", \"id\": 0, \"jsonrpc\": \"2.0\"}");
  }

  @Test
  void a_client_without_tls_fails_and_the_log_states_why() {
    assertThat(plaintext.python("calls.py", "MYSTERY", "1")).startsWith("UNAVAILABLE");

    var server = " server=/127.0.0.1:" + shop.port("RECOMMENDATIONS_PORT") + " ";
    Polling.within(
        Duration.ofSeconds(30),
        () ->
            assertThat(shop.log())
                .filteredOn(line -> line.contains(server))
                .isNotEmpty()
                .allMatch(line -> line.endsWith(" Connection failed: it does not use TLS")));
  }

  /** Returns the lines of docs/tls.md that load the files. */
  private static String credentialsInDocumentation() throws IOException {
    var page = Files.readString(ProcessUnderTest.ROOT.resolve("docs/tls.md"));
    var lines = Pattern.compile("(?s)```python\n(folder = .*?)channel = ").matcher(page);
    assertThat(lines.find()).isTrue();
    return requireNonNull(lines.group(1));
  }
}
