package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.marketplace.server.WebServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All examples of the JSON-RPC 2.0 specification, section 7, over real HTTP. */
class SpecificationTest {
  private static final List<String> notified = new CopyOnWriteArrayList<>();
  private static WebServer server;
  private static JsonRpcClient client;

  @BeforeAll
  static void start() {
    var methods =
        Map.<String, JsonRpcMethod>of(
            "subtract", SpecificationTest::subtract,
            "sum", SpecificationTest::sum,
            "get_data", params -> completed(JsonParser.parseString("[\"hello\", 5]")),
            "update", params -> notified("update", params),
            "notify_hello", params -> notified("notify_hello", params),
            "notify_sum", params -> notified("notify_sum", params));
    server = SomeMethods.serve(methods);
    client = new JsonRpcClient(server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    notified.clear();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1} ~ {"jsonrpc": "2.0", "result": 19, "id": 1}
          {"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2} ~ {"jsonrpc": "2.0", "result": -19, "id": 2}
          {"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3} ~ {"jsonrpc": "2.0", "result": 19, "id": 3}
          {"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4} ~ {"jsonrpc": "2.0", "result": 19, "id": 4}
          {"jsonrpc": "2.0", "method": "foobar", "id": "1"} ~ {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}
          {"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz] ~ {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}
          {"jsonrpc": "2.0", "method": 1, "params": "bar"} ~ {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
          [ {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method" ] ~ {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}
          [] ~ {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
          [1] ~ [ {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null} ]
          """)
  void responds_as_in_the_specification(String request, String response) {
    assertThat(client.responseTo(request)).isEqualTo(JsonParser.parseString(response));
  }

  @Test
  void responds_to_each_element_of_a_batch_of_invalid_calls() {
    assertThat(client.responseTo("[1,2,3]"))
        .isEqualTo(
            JsonParser.parseString(
                """
                [
                  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
                  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
                  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
                ]
                """));
  }

  @Test
  void responds_to_a_batch_of_calls_and_notifications() {
    var batch =
        """
        [
          {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
          {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
          {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
          {"foo": "boo"},
          {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
          {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
        ]
        """;
    var response =
        """
        [
          {"jsonrpc": "2.0", "result": 7, "id": "1"},
          {"jsonrpc": "2.0", "result": 19, "id": "2"},
          {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
          {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
          {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
        ]
        """;

    assertThat(client.responseTo(batch)).isEqualTo(JsonParser.parseString(response));
    assertThat(notified).containsExactly("notify_hello[7]");
  }

  @Test
  void executes_a_notification_without_a_response() {
    assertNoResponse("{\"jsonrpc\": \"2.0\", \"method\": \"update\", \"params\": [1,2,3,4,5]}");

    assertThat(notified).containsExactly("update[1,2,3,4,5]");
  }

  @Test
  void does_not_respond_to_a_notification_of_an_unknown_method() {
    assertNoResponse("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\"}");
  }

  @Test
  void does_not_respond_to_a_batch_of_notifications() {
    assertNoResponse(
        """
        [
          {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
          {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
        ]
        """);

    assertThat(notified).containsExactly("notify_sum[1,2,4]", "notify_hello[7]");
  }

  private static void assertNoResponse(String request) {
    assertThat(client.post(request)).extracting("status", "body").containsExactly(204, "");
  }

  private static CompletableFuture<byte[]> subtract(JsonElement params) {
    return completed(
        params instanceof JsonObject named
            ? difference(named.get("minuend"), named.get("subtrahend"))
            : difference(params.getAsJsonArray().get(0), params.getAsJsonArray().get(1)));
  }

  private static CompletableFuture<byte[]> sum(JsonElement params) {
    return completed(
        new JsonPrimitive(
            ((JsonArray) params).asList().stream().mapToInt(JsonElement::getAsInt).sum()));
  }

  private static JsonPrimitive difference(JsonElement minuend, JsonElement subtrahend) {
    return new JsonPrimitive(minuend.getAsInt() - subtrahend.getAsInt());
  }

  private static CompletableFuture<byte[]> notified(String method, JsonElement params) {
    notified.add(method + params);
    return completed(JsonNull.INSTANCE);
  }

  private static CompletableFuture<byte[]> completed(JsonElement result) {
    return CompletableFuture.completedFuture(result.toString().getBytes(StandardCharsets.UTF_8));
  }
}
