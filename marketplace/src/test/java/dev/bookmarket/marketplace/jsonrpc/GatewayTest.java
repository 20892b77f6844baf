package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.ScriptedOrders;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.runtime.CapturedLog;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the RPCs of the backends through JSON-RPC, over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GatewayTest {
  private static final String RECOMMEND = "Recommendations.Recommend";
  private static final String CREATE_ORDER = "order.OrderHandler.create_order";

  @RegisterExtension private static final TestShop shop = TestShop.start();
  private static final ScriptedBackend catalogue = shop.catalogue();
  private static final ScriptedOrders orders = shop.orders();
  private static final JsonRpcClient client = new JsonRpcClient(shop.port());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"category\":\"MYSTERY\",\"maxResults\":1}",
        "{\"category\":0,\"max_results\":\"1\"}",
        "{\"userId\":null,\"maxResults\":1.0}",
        "[7,\"MYSTERY\",1]",
        "[null,null,1]"
      })
  void accepts_params_by_name_and_by_position(String params) {
    assertThat(client.result(RECOMMEND, params))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"recommendations": [
                  {"id": 1, "title": "Title 1", "author": "Author 1", "priceCents": 100}
                ]}
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Recommendations.Recommend | {} | {\"recommendations\":[]}",
        "bookmarket.catalogue.v1.CatalogueService.ListCategories | [] |"
            + " {\"categories\":[{\"slug\":\"mystery\",\"name\":\"Mystery\",\"bookCount\":1}]}",
        "bookmarket.catalogue.v1.CatalogueService.BatchGetBooks | [[7]] |"
            + " {\"books\":[{\"id\":7,\"title\":\"Title 7\",\"author\":\"Author 7\",\"year\":1930,"
            + "\"category\":\"mystery\",\"priceCents\":700,\"description\":\"About it.\"}]}",
        "helloworld.Greeter.SayHello | {\"name\":\"Ada\"} | {\"message\":\"Hello, Ada!\"}",
        "helloworld.Greeter.SayHelloAgain | [\"<Ada>\"] | {\"message\":\"Hello again, <Ada>!\"}",
        "GrpcService.hello | [\"a\",{\"name\":\"b\"}] |"
            + " {\"result\":\"ab this is gprc test service\",\"mapResult\":{\"12\":1232}}",
        "order.OrderHandler.create_order | [\"12990\",\"50\"] | {\"rstString\":\"{\\\"ret\\\":\\\"OK\\\"}\"}"
      })
  void calls_every_backend_and_prints_fields_without_a_value(
      String method, String params, String result) {
    assertThat(client.result(method, params)).isEqualTo(JsonParser.parseString(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | ` this is gprc test service`",
        "[\"xiao li\"] | xiao li this is gprc test service",
        "{\"data\":\"xiao gang\",\"skill\":{\"name\":\"engineer\"}} | xiao gangengineer this is gprc test service"
      })
  void hello_returns_a_string(String params, String result) {
    assertThat(client.result("hello", params)).isEqualTo(new JsonPrimitive(result));
  }

  @Test
  void responds_to_the_call_of_the_tutorial_as_the_tutorial_shows() {
    var call = "{\"method\":\"hello\",\"params\":[],\"jsonrpc\":\"1.0\",\"id\":0}";

    assertThat(JsonRpcClient.withRetries(() -> client.post(call)).body())
        .isEqualTo("{\"result\":\" this is gprc test service\",\"id\":0,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void escapes_only_what_json_requires() {
    var text = "\u4f60 <&='> \ud83d\udcda \u007f\u0085 \\\\u003c \\\"";
    var call =
        JsonRpcClient.callOf(
            "helloworld.Greeter.SayHello", "[\"%s\\n\\u2028\\/\"]".formatted(text));

    assertThat(JsonRpcClient.withRetries(() -> client.post(call)).body())
        .isEqualTo(
            "{\"result\":{\"message\":\"Hello, %s\\n\\u2028/!\"},\"id\":1,\"jsonrpc\":\"2.0\"}"
                .formatted(text));
  }

  @Test
  void accepts_a_text_that_looks_like_a_huge_number() {
    assertThat(client.responseTo(JsonRpcClient.callOf("hello", "[\"1e1000000\"]")).toString())
        .contains("1e1000000 this is gprc test service");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"nonsense\":1}",
        "{\"category\":\"NONSENSE\"}",
        "{\"category\":[]}",
        "{\"category\":{}}",
        "{\"maxResults\":\"three\"}",
        "{\"maxResults\":1.5}",
        "{\"maxResults\":true}",
        "{\"maxResults\":2147483648}",
        "{\"maxResults\":1,\"max_results\":1}",
        "{\"maxResults\":1e999999999}",
        "{\"maxResults\":-1E+999999999}",
        "{\"maxResults\":1e-999999999}",
        "{\"maxResults\":\"1e999999999\"}",
        "{\"maxResults\":[[[1e999999999]]]}",
        "[1,\"MYSTERY\",1,1]"
      })
  void rejects_invalid_params_with_a_reason(String params) {
    int before = catalogue.calls();
    var error = client.errorOf(JsonRpcClient.callOf(RECOMMEND, params));

    assertThat(error.get("code").getAsInt()).isEqualTo(-32602);
    assertThat(error.getAsJsonObject("data").get("reason").getAsString())
        .isNotEmpty()
        .doesNotContain("Exception", "com.google");
    assertThat(catalogue.calls()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "",
        "recommendations.recommend",
        "Recommendations/Recommend",
        "/Recommendations/Recommend",
        "Recommendations",
        "bookmarket.orders.v1.OrderService.PlaceOrder",
        "bookmarket.orders.v1.OrderService.GetOrder",
        "bookmarket.orders.v1.OrderService.ListOrders",
        "grpc.health.v1.Health.Check",
        "grpc.channelz.v1.Channelz.GetServers",
        "rpc.discover"
      })
  void does_not_find_methods_that_are_not_public(String method) {
    assertThat(client.codeOf(JsonRpcClient.callOf(method, "{}"))).isEqualTo(-32601);
  }

  @Test
  void returns_the_status_and_the_message_of_a_rejection() {
    catalogue.failWith(Status.NOT_FOUND.withDescription("Category not found"));

    assertFailed(client.call(RECOMMEND, "{\"category\":99}"), "NOT_FOUND", "Category not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS"})
  void returns_the_message_of_a_rejection_or_the_status_name(Status.Code code) {
    catalogue.failWith(code.toStatus().withDescription("The contract's message"));

    assertFailed(client.call(RECOMMEND, "[]"), code.name(), "The contract's message");

    catalogue.failWith(code.toStatus());

    assertFailed(client.call(RECOMMEND, "[]"), code.name(), code.name());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS"})
  void returns_a_fixed_message_for_any_other_failure(Status.Code code) {
    var secret = "/var/lib/orders.db at db.internal:5432 (SQLSTATE 08001)";
    catalogue.failWith(
        code.toStatus().withDescription(secret).withCause(new IllegalStateException(secret)));

    var response = client.call(RECOMMEND, "[]");

    assertFailed(response, code.name(), fixedMessageFor(code));
    assertThat(response.toString()).doesNotContain("orders.db", "internal", "5432", "SQLSTATE");
  }

  private static String fixedMessageFor(Status.Code code) {
    return code == Status.Code.DEADLINE_EXCEEDED ? "No answer in time" : code.name();
  }

  @Test
  void returns_the_status_name_if_there_is_no_message() {
    catalogue.failWith(Status.PERMISSION_DENIED);

    assertFailed(client.call(RECOMMEND, "[]"), "PERMISSION_DENIED", "PERMISSION_DENIED");
  }

  @Test
  void returns_only_the_status_of_an_internal_error() {
    catalogue.failWith(new IllegalStateException("a secret"));

    var error = client.call(RECOMMEND, "[]").getAsJsonObject("error");

    assertThat(statusOf(error)).isEqualTo("INTERNAL");
    assertThat(error.get("message").getAsString()).isEqualTo("INTERNAL");
  }

  @Test
  void a_batch_waits_for_a_hung_backend_only_until_a_few_deadlines() {
    catalogue.hang();
    var call = JsonRpcClient.callOf(RECOMMEND, "[]");
    var begin = System.nanoTime();
    // Without the retries of client.call, which repeats a call that missed its deadline.
    assertThat(statusOf(client.errorOf(call))).isEqualTo("DEADLINE_EXCEEDED");
    var one = Duration.ofNanos(System.nanoTime() - begin);
    begin = System.nanoTime();

    var responses = client.responseTo("[" + call + (',' + call).repeat(49) + "]").getAsJsonArray();

    assertThat(responses)
        .hasSize(50)
        .allSatisfy(
            response ->
                assertThat(statusOf(response.getAsJsonObject().getAsJsonObject("error")))
                    .isEqualTo("DEADLINE_EXCEEDED"));
    // Sequential calls would take 50 times as long as one.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(one.multipliedBy(25));
  }

  @ParameterizedTest
  @CsvSource({"3_000, 320 KiB as JSON but not as protobuf", "9_000, 320 KiB as protobuf"})
  void fails_only_the_calls_of_a_batch_whose_results_are_longer_than_320_kib(
      String books, String size) {
    var small = JsonRpcClient.callOf(RECOMMEND, "[]");
    var large =
        JsonRpcClient.callOf("bookmarket.catalogue.v1.CatalogueService.ListBooks", "[\"mystery\"]");
    catalogue.list(1_000);
    assertThat(client.call("bookmarket.catalogue.v1.CatalogueService.ListBooks", "[\"mystery\"]"))
        .asString()
        .hasSizeGreaterThan(100 * 1024)
        .contains("Title 1000");
    catalogue.list(Integer.parseInt(books.replace("_", "")));

    var body =
        JsonRpcClient.withRetries(() -> client.post("[" + small + "," + large + "," + small + "]"));

    assertThat(JsonRpcClient.jsonOf(body).getAsJsonArray())
        .as("more than %s", size)
        .satisfiesExactly(
            first -> assertThat(first.getAsJsonObject().has("result")).isTrue(),
            second ->
                assertFailed(second.getAsJsonObject(), "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"),
            third -> assertThat(third.getAsJsonObject().has("result")).isTrue());
  }

  @Test
  void returns_unavailable_if_a_backend_is_down() {
    try (var isolated = MarketplaceMain.open(TestShop.config(1, 1, 1))) {
      var caller = new JsonRpcClient(isolated.port());

      for (var method : new String[] {RECOMMEND, CREATE_ORDER, "GrpcService.hello", "hello"}) {
        var error = caller.call(method, "[]").getAsJsonObject("error");

        assertThat(error.get("code").getAsInt()).as(method).isEqualTo(-32000);
        assertThat(statusOf(error)).as(method).isEqualTo("UNAVAILABLE");
        assertThat(error.get("message").getAsString()).as(method).isEqualTo("UNAVAILABLE");
      }
    }
  }

  @Test
  void retries_a_read_and_does_not_retry_an_order() {
    catalogue.failFirst(1, Status.UNAVAILABLE);
    orders.failPlacing(Status.UNAVAILABLE.withDescription("The disk is full"), false);

    assertThat(client.result(RECOMMEND, "[]").toString()).isEqualTo("{\"recommendations\":[]}");
    assertFailed(client.call(CREATE_ORDER, "[\"12990\",\"50\"]"), "UNAVAILABLE", "UNAVAILABLE");
    assertThat(orders.amounts()).hasSize(1);
  }

  @Test
  void passes_all_arguments_of_an_order() {
    client.result(
        CREATE_ORDER,
        "{\"phone\":\"12990\",\"price\":\"50\",\"requestArg\":{\"idempotency_key\":\"k\"}}");

    assertThat(orders.amounts())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.getPhone()).isEqualTo("12990");
              assertThat(order.getRequestArgMap()).containsEntry("idempotency_key", "k");
            });
  }

  @Test
  void executes_a_notification_without_a_response() {
    var response =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":[\"12990\",\"50\"]}"
                .formatted(CREATE_ORDER));

    assertThat(response).extracting("status", "body").containsExactly(204, "");
    assertThat(orders.amounts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: text/plain; charset=utf-16\r\n",
        "Content-Type: multipart/form-data\r\n",
        "Content-Type: nonsense\r\n",
        "Accept: text/html\r\n"
      })
  void accepts_any_content_type(String headers) {
    var body = JsonRpcClient.callOf("hello", "[\"\u4f60\u597d\"]").getBytes(StandardCharsets.UTF_8);

    var response = JsonRpcClient.withRetries(() -> client.post(body, headers));

    assertThat(JsonRpcClient.jsonOf(response).toString()).contains("\u4f60\u597d this");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n"
      })
  void rejects_requests_from_pages_of_other_sites(String headers) {
    var body =
        JsonRpcClient.callOf(CREATE_ORDER, "[\"12990\",\"50\"]").getBytes(StandardCharsets.UTF_8);

    var response = client.post(body, headers + "Content-Type: text/plain\r\n");

    assertThat(response.status()).isEqualTo(403);
    assertThat(orders.amounts()).isEmpty();
  }

  @Test
  void sends_no_cors_headers() {
    var preflight =
        RawHttp.exchange(
            shop.port(),
            "OPTIONS /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
                + "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");

    assertThat(preflight.status()).isEqualTo(405);
    assertThat(preflight.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
    assertThat(client.post("[]").headers().keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void rejects_other_verbs_with_405_and_allow(String verb) {
    var response = RawHttp.send(shop.port(), verb, "/jsonrpc");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("Allow")).isEqualTo("POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\n[",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n["
      })
  void does_not_log_a_truncated_body_as_an_error(String rest) {
    try (var log = CapturedLog.begin();
        var connection = RawHttp.connect(shop.port())) {
      connection.send("POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + rest);
      connection.finish();

      assertThat(connection.response().status()).isBetween(200, 499);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void responds_to_a_body_that_is_far_too_long() {
    var response =
        JsonRpcClient.jsonOf(client.post("[" + " ".repeat(5_000_000) + "]")).getAsJsonObject();

    assertThat(response.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32600);
  }

  @Test
  void logs_nothing_that_clients_send() {
    catalogue.failWith(Status.NOT_FOUND);
    try (var log = CapturedLog.begin()) {
      client.post("nonsense");
      client.post(JsonRpcClient.callOf("none", "[]"));
      client.post(JsonRpcClient.callOf(RECOMMEND, "{\"nonsense\":1}"));
      client.post(JsonRpcClient.callOf(RECOMMEND, "[]"));

      assertThat(log.lines()).isEmpty();
    }
  }

  private static void assertFailed(JsonElement response, String status, String message) {
    var error = response.getAsJsonObject().getAsJsonObject("error");
    assertThat(error.get("code").getAsInt()).isEqualTo(-32000);
    assertThat(error.get("message").getAsString()).isEqualTo(message);
    assertThat(statusOf(error)).isEqualTo(status);
  }

  private static String statusOf(JsonElement error) {
    return error.getAsJsonObject().getAsJsonObject("data").get("status").getAsString();
  }
}
