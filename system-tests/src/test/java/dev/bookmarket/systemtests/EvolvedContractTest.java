package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests what {@code docs/evolve-a-contract.md} states about old and new clients and servers. The
 * old contract lacks SayHelloAgain; the new contract adds a field.
 */
class EvolvedContractTest {
  private static final Path EVOLUTION = Path.of("src/test/resources/evolution");
  private static final Map<String, String> ADA = Map.of("name", "Ada");

  @TempDir private static Path temporary;
  private static GreeterContract before;
  private static GreeterContract today;
  private static GreeterContract after;
  private static Server oldServer;
  private static Server newerServer;
  private static ProcessUnderTest greeter;
  private static ManagedChannel toOldServer;
  private static ManagedChannel toGreeter;
  private static ManagedChannel toNewerServer;

  @BeforeAll
  static void serve() throws IOException {
    greeter = ProcessUnderTest.launch("greeter", Map.of("GREETER_PORT", "0", "DRAIN_MS", "0"));
    before = GreeterContract.of(EVOLUTION.resolve("before"), temporary);
    today = GreeterContract.of(Buf.PROTOBUFS, temporary);
    after = GreeterContract.of(EVOLUTION.resolve("after"), temporary);
    oldServer = serve(before);
    newerServer = serve(after);
    toOldServer = channel(oldServer.getPort());
    toGreeter = channel(greeter.port());
    toNewerServer = channel(newerServer.getPort());
  }

  @AfterAll
  static void stop() {
    toOldServer.shutdownNow();
    toGreeter.shutdownNow();
    toNewerServer.shutdownNow();
    oldServer.shutdownNow();
    newerServer.shutdownNow();
    greeter.close();
  }

  @Test
  void an_old_client_can_call_an_old_server() {
    assertThat(message(before.call(toOldServer, "SayHello", ADA))).isEqualTo("Hello, Ada!");
  }

  @Test
  void an_old_client_can_call_a_new_server() {
    assertThat(message(before.call(toGreeter, "SayHello", ADA))).isEqualTo("Hello, Ada!");
  }

  @Test
  void a_new_client_can_call_the_new_rpc_of_a_new_server() {
    assertThat(message(today.call(toGreeter, "SayHello", ADA))).isEqualTo("Hello, Ada!");
    assertThat(message(today.call(toGreeter, "SayHelloAgain", ADA))).isEqualTo("Hello again, Ada!");
  }

  @Test
  void a_new_client_gets_unimplemented_from_an_old_server_and_can_call_the_old_rpc() {
    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> today.call(toOldServer, "SayHelloAgain", ADA));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(message(today.call(toOldServer, "SayHello", ADA))).isEqualTo("Hello, Ada!");
  }

  @Test
  void the_marketplace_works_with_an_old_server_and_logs_the_missing_rpc() {
    var variables =
        Map.of(
            "MARKETPLACE_PORT", "0",
            "GREETER_PORT", String.valueOf(oldServer.getPort()),
            "RECOMMENDATIONS_PORT", String.valueOf(Ports.free()),
            "ORDERS_PORT", String.valueOf(Ports.free()));
    try (var marketplace = ProcessUnderTest.launch("marketplace", variables)) {
      var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
      var ada = new Visitor(marketplace.port(), browser);
      var form =
          HttpRequest.newBuilder()
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString("name=Ada"));
      assertThat(ada.send(form, "/name").status()).isEqualTo(303);

      Polling.within(
          TwoServices.RECOVERY,
          () -> assertThat(greetingOf(ada.get("/"))).isEqualTo("Hello, Ada!"));
      // A call that misses its deadline on a busy machine is also without a greeting, but not
      // UNIMPLEMENTED.
      Polling.within(
          TwoServices.RECOVERY,
          () -> {
            var second = ada.get("/");
            assertThat(second.status()).isEqualTo(200);
            assertThat(greetingOf(second)).isEmpty();
            assertThat(marketplace.log())
                .anyMatch(line -> line.matches(".*UNIMPLEMENTED.*SayHelloAgain.*"));
          });
    }
  }

  @Test
  void a_server_ignores_an_unknown_field() {
    var reply = after.call(toGreeter, "SayHello", Map.of("name", "Ada", "language", "de"));

    assertThat(message(reply)).isEqualTo("Hello, Ada!");
    assertThat(GreeterContract.text(reply, "language")).isEmpty();
  }

  @Test
  void a_server_reads_the_default_if_the_client_does_not_know_the_field() {
    assertThat(message(today.call(toNewerServer, "SayHello", ADA))).isEqualTo("Hello, Ada!");
  }

  @Test
  void a_client_preserves_an_unknown_field() throws IOException {
    var reply = today.call(toNewerServer, "SayHello", ADA);

    assertThat(reply.getAllFields()).hasSize(1);
    var forwarded = DynamicMessage.parseFrom(replyOf(after), reply.toByteString());
    assertThat(GreeterContract.text(forwarded, "language")).isEqualTo("en");
  }

  @Test
  void a_new_client_and_a_new_server_use_the_new_field() {
    var reply = after.call(toNewerServer, "SayHello", Map.of("name", "Ada", "language", "de"));

    assertThat(message(reply)).isEqualTo("Hallo, Ada!");
    assertThat(GreeterContract.text(reply, "language")).isEqualTo("de");
  }

  @Test
  void the_contracts_differ_as_the_page_shows() throws IOException {
    assertThat(before.service().findMethodByName("SayHelloAgain")).isNull();
    var page = Files.readString(ProcessUnderTest.ROOT.resolve("docs/evolve-a-contract.md"));
    var diffs = Pattern.compile("(?s)```diff\n(.*?)```").matcher(page).results().toList();
    assertThat(diffs).isNotEmpty();
    var contract = Files.readAllLines(Buf.PROTOBUFS.resolve("helloworld.proto"));
    assertThat(diffs.get(0).group(1).lines().map(line -> line.substring(1)))
        .allSatisfy(line -> assertThat(contract).contains(line));
  }

  private static Server serve(GreeterContract contract) throws IOException {
    return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
        .addService(contract.serverDefinition(EvolvedContractTest::greet))
        .build()
        .start();
  }

  /** Uses the fields that the version of the request has. */
  private static Map<String, String> greet(DynamicMessage request) {
    var name = GreeterContract.text(request, "name");
    var hasLanguage = request.getDescriptorForType().findFieldByName("language") != null;
    if (!hasLanguage) {
      return Map.of("message", "Hello, " + name + "!");
    }
    return GreeterContract.text(request, "language").equals("de")
        ? Map.of("message", "Hallo, " + name + "!", "language", "de")
        : Map.of("message", "Hello, " + name + "!", "language", "en");
  }

  private static ManagedChannel channel(int port) {
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
        .build();
  }

  private static String greetingOf(Visitor.Response home) {
    return home.page().select(".greeting").text();
  }

  private static Descriptor replyOf(GreeterContract contract) {
    return contract.service().findMethodByName("SayHello").getOutputType();
  }

  private static String message(DynamicMessage reply) {
    return GreeterContract.text(reply, "message");
  }
}
