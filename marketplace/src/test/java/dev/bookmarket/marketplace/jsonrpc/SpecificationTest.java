package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.marketplace.server.WebServer;
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

/** The examples of the specification of JSON-RPC 2.0, section 7, all of them, over real HTTP. */
class SpecificationTest {
  private static final List<String> notified = new CopyOnWriteArrayList<>();
  private static WebServer server;
  private static Caller client;

  @BeforeAll
  static void start() {
    var methods =
        Map.<String, JsonRpcMethod>of(
            "subtract", SpecificationTest::subtract,
            "sum", SpecificationTest::sum,
            "get_data", params -> done(JsonParser.parseString("[\"hello\", 5]")),
            "update", params -> notified("update", params),
            "notify_hello", params -> notified("notify_hello", params),
            "notify_sum", params -> notified("notify_sum", params));
    server =
        SomeRoutes.serve(
            (routes, templates) -> routes.post("/jsonrpc", new JsonRpcHandler(methods)));
    client = new Caller(server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
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
  void answers_as_the_specification_does(String request, String answer) {
    assertThat(client.answerTo(request)).isEqualTo(JsonParser.parseString(answer));
  }

  @Test
  void answers_to_a_batch_of_what_are_no_calls_one_by_one() {
    assertThat(client.answerTo("[1,2,3]"))
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
  void answers_to_a_mixed_batch() {
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
    var answer =
        """
        [
          {"jsonrpc": "2.0", "result": 7, "id": "1"},
          {"jsonrpc": "2.0", "result": 19, "id": "2"},
          {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
          {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
          {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
        ]
        """;

    assertThat(client.answerTo(batch)).isEqualTo(JsonParser.parseString(answer));
    assertThat(notified).containsExactly("notify_hello[7]");
  }

  @Test
  void does_what_a_notification_says_and_answers_nothing() {
    saysNothing("{\"jsonrpc\": \"2.0\", \"method\": \"update\", \"params\": [1,2,3,4,5]}");

    assertThat(notified).containsExactly("update[1,2,3,4,5]");
  }

  @Test
  void answers_nothing_to_a_notification_of_a_method_that_does_not_exist() {
    saysNothing("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\"}");
  }

  @Test
  void answers_nothing_to_a_batch_of_notifications() {
    saysNothing(
        """
        [
          {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
          {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
        ]
        """);

    assertThat(notified).containsExactly("notify_sum[1,2,4]", "notify_hello[7]");
  }

  private static void saysNothing(String request) {
    assertThat(client.post(request)).extracting("status", "body").containsExactly(204, "");
  }

  private static CompletableFuture<JsonElement> subtract(JsonElement params) {
    return done(
        params instanceof JsonObject named
            ? difference(named.get("minuend"), named.get("subtrahend"))
            : difference(params.getAsJsonArray().get(0), params.getAsJsonArray().get(1)));
  }

  private static CompletableFuture<JsonElement> sum(JsonElement params) {
    return done(
        new JsonPrimitive(
            ((JsonArray) params).asList().stream().mapToInt(JsonElement::getAsInt).sum()));
  }

  private static JsonPrimitive difference(JsonElement one, JsonElement other) {
    return new JsonPrimitive(one.getAsInt() - other.getAsInt());
  }

  private static CompletableFuture<JsonElement> notified(String method, JsonElement params) {
    notified.add(method + params);
    return done(JsonNull.INSTANCE);
  }

  private static CompletableFuture<JsonElement> done(JsonElement result) {
    return CompletableFuture.completedFuture(result);
  }
}
