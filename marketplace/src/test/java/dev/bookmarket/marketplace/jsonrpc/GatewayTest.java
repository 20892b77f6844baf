package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.marketplace.Marketplace;
import dev.bookmarket.marketplace.MarketplaceConfig;
import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.ScriptedGreeter;
import dev.bookmarket.marketplace.ScriptedOrders;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Environment;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The backends through JSON-RPC, over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GatewayTest {
  private static final String RECOMMEND = "Recommendations.Recommend";
  private static final String CREATE_ORDER = "order.OrderHandler.create_order";

  private static ScriptedBackend catalogue;
  private static ScriptedOrders orders;
  private static ScriptedGreeter greeter;
  private static Marketplace shop;
  private static Caller client;

  @BeforeAll
  static void open() {
    catalogue = ScriptedBackend.start();
    orders = ScriptedOrders.start();
    greeter = ScriptedGreeter.start();
    shop = shopOf(catalogue.port(), orders.port(), greeter.port());
    client = new Caller(shop.port());
  }

  @AfterAll
  static void close() {
    shop.close();
    catalogue.close();
    orders.close();
    greeter.close();
  }

  @BeforeEach
  void everythingWorks() {
    catalogue.work();
    orders.beginAnew();
    greeter.work();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"category\":\"MYSTERY\",\"maxResults\":1}",
        "{\"category\":0,\"max_results\":\"1\"}",
        "{\"userId\":null,\"maxResults\":1.0}",
        "[7,\"MYSTERY\",1]",
        "[null,null,1]"
      })
  void an_rpc_takes_its_fields_by_name_or_by_number(String params) {
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
        "helloworld.Greeter.SayHello | {\"name\":\"Ada\"} | {\"message\":\"Hello, Ada!\"}",
        "helloworld.Greeter.SayHelloAgain | [\"<Ada>\"] | {\"message\":\"Hello again, <Ada>!\"}",
        "GrpcService.hello | [\"a\",{\"name\":\"b\"}] |"
            + " {\"result\":\"ab this is gprc test service\",\"mapResult\":{\"12\":1232}}",
        "order.OrderHandler.create_order | [\"12990\",\"50\"] | {\"rstString\":\"{\\\"ret\\\":\\\"OK\\\"}\"}"
      })
  void each_backend_answers_and_fields_without_a_value_are_there(
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
  void hello_is_a_string(String params, String result) {
    assertThat(client.result("hello", params)).isEqualTo(new JsonPrimitive(result));
  }

  @Test
  void the_tutorial_s_call_is_answered_as_in_the_tutorial() {
    var call = "{\"method\":\"hello\",\"params\":[],\"jsonrpc\":\"1.0\",\"id\":0}";

    assertThat(Caller.patiently(() -> client.post(call)).body())
        .isEqualTo("{\"result\":\" this is gprc test service\",\"id\":0,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void a_text_that_looks_like_a_huge_number_is_a_text() {
    assertThat(client.answerTo(Caller.callOf("hello", "[\"1e1000000\"]")).toString())
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
  void params_that_do_not_fit_are_refused_with_a_reason(String params) {
    int before = catalogue.calls();
    var error = client.errorOf(Caller.callOf(RECOMMEND, params));

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
  void what_is_not_public_does_not_exist(String method) {
    assertThat(client.codeOf(Caller.callOf(method, "{}"))).isEqualTo(-32601);
  }

  @Test
  void a_refusal_has_the_status_and_the_words_of_the_backend() {
    catalogue.failWith(Status.NOT_FOUND.withDescription("Category not found"));

    failed(client.call(RECOMMEND, "{\"category\":99}"), "NOT_FOUND", "Category not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS"})
  void a_rejection_has_the_message_of_the_contract(Status.Code code) {
    catalogue.failWith(code.toStatus().withDescription("The contract's message"));

    failed(client.call(RECOMMEND, "[]"), code.name(), "The contract's message");

    catalogue.failWith(code.toStatus());

    failed(client.call(RECOMMEND, "[]"), code.name(), code.name());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS"})
  void any_other_failure_has_a_fixed_message_without_internals(Status.Code code) {
    var secret = "/var/lib/orders.db at db.internal:5432 (SQLSTATE 08001)";
    catalogue.failWith(
        code.toStatus().withDescription(secret).withCause(new IllegalStateException(secret)));

    var answer = client.call(RECOMMEND, "[]");

    failed(answer, code.name(), fixedMessageFor(code));
    assertThat(answer.toString()).doesNotContain("orders.db", "internal", "5432", "SQLSTATE");
  }

  private static String fixedMessageFor(Status.Code code) {
    return code == Status.Code.DEADLINE_EXCEEDED ? "No answer in time" : code.name();
  }

  @Test
  void a_status_without_words_is_its_own_message() {
    catalogue.failWith(Status.PERMISSION_DENIED);

    failed(client.call(RECOMMEND, "[]"), "PERMISSION_DENIED", "PERMISSION_DENIED");
  }

  @Test
  void an_error_of_a_backend_has_only_its_status() {
    catalogue.failWith(new IllegalStateException("a secret"));

    var error = client.call(RECOMMEND, "[]").getAsJsonObject("error");

    assertThat(statusOf(error)).isEqualTo("INTERNAL");
    assertThat(error.get("message").getAsString()).isEqualTo("INTERNAL");
  }

  @Test
  void a_backend_that_hangs_costs_a_batch_no_more_than_its_deadline() {
    catalogue.hang();
    var call = Caller.callOf(RECOMMEND, "[]");
    var begin = System.nanoTime();
    assertThat(statusOf(client.call(RECOMMEND, "[]").getAsJsonObject("error")))
        .isEqualTo("DEADLINE_EXCEEDED");
    var one = Duration.ofNanos(System.nanoTime() - begin);
    begin = System.nanoTime();

    var answers = client.answerTo("[" + call + (',' + call).repeat(49) + "]").getAsJsonArray();

    assertThat(answers)
        .hasSize(50)
        .allSatisfy(
            answer ->
                assertThat(statusOf(answer.getAsJsonObject().getAsJsonObject("error")))
                    .isEqualTo("DEADLINE_EXCEEDED"));
    // One after the other they would take 50 times as long as one.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(one.multipliedBy(25));
  }

  @Test
  void a_backend_that_is_not_there_is_unavailable_and_its_methods_exist() {
    try (var alone = shopOf(1, 1, 1)) {
      var stranded = new Caller(alone.port());

      for (var method : new String[] {RECOMMEND, CREATE_ORDER, "GrpcService.hello", "hello"}) {
        var error = stranded.call(method, "[]").getAsJsonObject("error");

        assertThat(error.get("code").getAsInt()).as(method).isEqualTo(-32000);
        assertThat(statusOf(error)).as(method).isEqualTo("UNAVAILABLE");
        assertThat(error.get("message").getAsString()).as(method).isEqualTo("UNAVAILABLE");
      }
    }
  }

  @Test
  void a_read_is_tried_again_and_an_order_is_not() {
    catalogue.failFirst(1, Status.UNAVAILABLE);
    orders.failPlacing(Status.UNAVAILABLE.withDescription("The disk is full"), false);

    assertThat(client.result(RECOMMEND, "[]").toString()).isEqualTo("{\"recommendations\":[]}");
    failed(client.call(CREATE_ORDER, "[\"12990\",\"50\"]"), "UNAVAILABLE", "UNAVAILABLE");
    assertThat(orders.amounts()).hasSize(1);
  }

  @Test
  void an_order_arrives_with_all_its_arguments() {
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
  void a_notification_is_carried_out_and_answered_with_nothing() {
    var answer =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":[\"12990\",\"50\"]}"
                .formatted(CREATE_ORDER));

    assertThat(answer).extracting("status", "body").containsExactly(204, "");
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
  void any_type_of_body_is_read(String headers) {
    var body = Caller.callOf("hello", "[\"\u4f60\u597d\"]").getBytes(StandardCharsets.UTF_8);

    var answer = Caller.patiently(() -> client.post(body, headers));

    assertThat(Caller.jsonOf(answer).toString()).contains("\u4f60\u597d this");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n"
      })
  void a_page_of_another_site_cannot_use_it_through_a_visitor_s_browser(String headers) {
    var body = Caller.callOf(CREATE_ORDER, "[\"12990\",\"50\"]").getBytes(StandardCharsets.UTF_8);

    var answer = client.post(body, headers + "Content-Type: text/plain\r\n");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(orders.amounts()).isEmpty();
  }

  @Test
  void no_browser_is_told_that_another_site_may_read_an_answer() {
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
  void any_other_verb_is_405_and_told_which_one_is_right(String verb) {
    var answer = RawHttp.send(shop.port(), verb, "/jsonrpc");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\n[",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n["
      })
  void a_body_that_breaks_off_is_no_fault_of_ours(String rest) {
    try (var log = CapturedLog.begin();
        var connection = RawHttp.connect(shop.port())) {
      connection.send("POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + rest);
      connection.finish();

      assertThat(connection.answer().status()).isBetween(200, 499);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void what_is_much_too_long_is_answered_all_the_same() {
    var answer = Caller.jsonOf(client.post("[" + " ".repeat(5_000_000) + "]")).getAsJsonObject();

    assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32600);
  }

  @Test
  void nothing_of_what_clients_send_is_logged() {
    catalogue.failWith(Status.NOT_FOUND);
    try (var log = CapturedLog.begin()) {
      client.post("nonsense");
      client.post(Caller.callOf("none", "[]"));
      client.post(Caller.callOf(RECOMMEND, "{\"nonsense\":1}"));
      client.post(Caller.callOf(RECOMMEND, "[]"));

      assertThat(log.lines()).isEmpty();
    }
  }

  private static void failed(JsonElement answer, String status, String message) {
    var error = answer.getAsJsonObject().getAsJsonObject("error");
    assertThat(error.get("code").getAsInt()).isEqualTo(-32000);
    assertThat(error.get("message").getAsString()).isEqualTo(message);
    assertThat(statusOf(error)).isEqualTo(status);
  }

  private static String statusOf(JsonElement error) {
    return error.getAsJsonObject().getAsJsonObject("data").get("status").getAsString();
  }

  private static Marketplace shopOf(int cataloguePort, int ordersPort, int greeterPort) {
    return MarketplaceMain.open(
        MarketplaceConfig.from(
            Environment.of(
                Map.of(
                    "MARKETPLACE_PORT", "0",
                    "DRAIN_MS", "0",
                    "RECOMMENDATIONS_HOST", "127.0.0.1",
                    "RECOMMENDATIONS_PORT", String.valueOf(cataloguePort),
                    "ORDERS_HOST", "127.0.0.1",
                    "ORDERS_PORT", String.valueOf(ordersPort),
                    "GREETER_HOST", "127.0.0.1",
                    "GREETER_PORT", String.valueOf(greeterPort)))));
  }
}
