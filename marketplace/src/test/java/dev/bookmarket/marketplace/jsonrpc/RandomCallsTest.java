package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.TestShop;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** Every request gets a valid JSON-RPC response. */
class RandomCallsTest {
  private static final Set<Integer> CODES = Set.of(-32700, -32600, -32601, -32602, -32000);

  private static final TestShop shop = TestShop.start();
  private static final JsonRpcClient client = new JsonRpcClient(shop.port());

  @AfterContainer
  static void close() {
    shop.close();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void responds_to_random_bytes(@ForAll @Size(max = 300) byte[] body) {
    assertResponds(body);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void responds_to_random_text(@ForAll("texts") String body) {
    assertResponds(body.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void responds_to_random_json(@ForAll("json") JsonElement body) {
    assertResponds(body.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void responds_to_random_calls(@ForAll("calls") JsonObject body) {
    assertResponds(body.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void responds_to_each_call_of_a_random_batch(@ForAll("batches") List<JsonObject> calls) {
    var batch = new JsonArray();
    calls.forEach(batch::add);

    var response = assertResponds(batch.toString().getBytes(StandardCharsets.UTF_8));

    var expected = calls.stream().filter(RandomCallsTest::expectsResponse).count();
    if (expected == 0) {
      assertThat(response.status()).isEqualTo(204);
    } else {
      assertThat(JsonRpcClient.jsonOf(response).getAsJsonArray()).hasSize((int) expected);
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void responds_to_calls_with_one_changed_byte(
      @ForAll("calls") JsonObject call, @ForAll int position, @ForAll byte other) {
    var body = call.toString().getBytes(StandardCharsets.UTF_8);
    body[Math.floorMod(position, body.length)] = other;

    assertResponds(body);
  }

  /** Text that consists of JSON tokens. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u",
            "d83d",
            "-",
            "1",
            "e",
            ".",
            "null",
            " ",
            "true",
            "\"method\"",
            "\"params\"",
            "\"id\"",
            "\"jsonrpc\"",
            "\"hello\"",
            "\u0000",
            "\u4f60")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<JsonElement> json() {
    return nested(3);
  }

  private static Arbitrary<JsonElement> nested(int depth) {
    return depth == 0
        ? scalars()
        : Arbitraries.oneOf(
            scalars(),
            nested(depth - 1).list().ofMaxSize(3).map(RandomCallsTest::arrayOf),
            Combinators.combine(names().list().ofSize(3), nested(depth - 1).list().ofMaxSize(3))
                .as(RandomCallsTest::objectOf));
  }

  /** Calls that are almost valid, with some invalid members. */
  @Provide
  Arbitrary<JsonObject> calls() {
    var methods =
        Arbitraries.frequencyOf(
            Tuple.of(
                8,
                Arbitraries.of(
                        "hello",
                        "Recommendations.Recommend",
                        "bookmarket.catalogue.v1.CatalogueService.ListBooks",
                        "order.OrderHandler.create_order",
                        "bookmarket.orders.v1.OrderService.PlaceOrder")
                    .map(JsonPrimitive::new)),
            Tuple.of(1, json()));
    return Combinators.combine(
            methods, json().optional(0.8), json().optional(0.8), json().optional(0.8))
        .as(
            (method, params, id, version) -> {
              var call = new JsonObject();
              call.add("method", method);
              params.ifPresent(value -> call.add("params", value));
              id.ifPresent(value -> call.add("id", value));
              version.ifPresent(value -> call.add("jsonrpc", value));
              return call;
            });
  }

  @Provide
  Arbitrary<List<JsonObject>> batches() {
    return calls().list().ofMinSize(1).ofMaxSize(8);
  }

  private static Arbitrary<JsonElement> scalars() {
    return Arbitraries.oneOf(
        Arbitraries.<JsonElement>of(
            JsonNull.INSTANCE, new JsonPrimitive(true), new JsonPrimitive(false)),
        Arbitraries.integers().map(JsonPrimitive::new),
        // Parsed, because Gson keeps the text of a number that it parses.
        Arbitraries.of("0.1", "-0", "1e3", "1e400", "-1E99999", "1e-999999999", "1e999999999")
            .map(JsonParser::parseString),
        Arbitraries.strings().ofMaxLength(20).map(JsonPrimitive::new));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "method",
            "params",
            "id",
            "jsonrpc",
            "data",
            "skill",
            "category",
            "maxResults",
            "max_results",
            "pageSize",
            "pageToken",
            "phone",
            "price",
            "requestArg"),
        Arbitraries.strings().ofMaxLength(5));
  }

  private static JsonElement arrayOf(List<JsonElement> values) {
    var array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static JsonElement objectOf(List<String> names, List<JsonElement> values) {
    var object = new JsonObject();
    for (int i = 0; i < values.size(); i++) {
      // As it is sent: an unpaired surrogate becomes a question mark, and names must differ.
      var name = new String(names.get(i).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      object.add(name, values.get(i));
    }
    return object;
  }

  private static boolean expectsResponse(JsonObject call) {
    var isCall =
        call.get("method") instanceof JsonPrimitive method
            && method.isString()
            && (!call.has("params") || !isScalar(call.get("params")));
    return !isCall || call.has("id");
  }

  private static boolean isScalar(JsonElement json) {
    return json.isJsonPrimitive() || json.isJsonNull();
  }

  private static RawHttp.Response assertResponds(byte[] body) {
    var response = client.post(body, "");
    if (response.status() == 204) {
      assertThat(response.body()).isEmpty();
      return response;
    }
    var json = JsonRpcClient.jsonOf(response);
    var responses = json instanceof JsonArray batch ? batch.asList() : List.of(json);
    assertThat(responses).isNotEmpty().allSatisfy(one -> assertValid(one.getAsJsonObject()));
    return response;
  }

  private static void assertValid(JsonObject response) {
    var version1 = !response.has("jsonrpc");
    if (version1) {
      assertThat(response.keySet()).containsExactlyInAnyOrder("result", "error", "id");
      assertThat(List.of(response.get("result"), response.get("error")))
          .contains(JsonNull.INSTANCE);
    } else {
      assertThat(response.get("jsonrpc")).isEqualTo(new JsonPrimitive("2.0"));
      assertThat(response.keySet())
          .containsExactlyInAnyOrder("jsonrpc", "id", response.has("error") ? "error" : "result");
    }
    if (response.get("error") instanceof JsonObject error) {
      assertThat(CODES).contains(error.get("code").getAsInt());
      assertThat(error.get("message").getAsString()).isNotEmpty();
      assertThat(error.toString()).doesNotContain("Exception", "\tat ", "java.", "com.google");
    }
  }
}
