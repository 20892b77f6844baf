package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the protocol in the cases for which the specification has no example. */
class JsonRpcTest {
  private static final String PARSE_ERROR =
      "{\"error\":{\"code\":-32700,\"message\":\"Parse error\"},\"id\":null,\"jsonrpc\":\"2.0\"}";

  private final List<CompletableFuture<byte[]>> pending = new ArrayList<>();
  private final JsonRpc rpc =
      new JsonRpc(
          Map.of(
              "echo", params -> CompletableFuture.completedFuture(bytes(params.toString())),
              "wait", params -> addPending(),
              "throw", params -> fail(),
              "break",
                  params -> CompletableFuture.failedFuture(new IllegalStateException("a secret"))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "1.0",
        "1e2",
        "1E+2",
        "12345678901234567890",
        "0.10000000000000000000000001",
        "1e999999999",
        "\"\"",
        "\"0\"",
        "\"\\u0000 \\\" \\\\ </script>\"",
        "\"\u4f60\u597d \ud83d\udcda\"",
        "null"
      })
  void repeats_the_id_exactly_as_sent(String id) {
    var response = responseTo("{\"method\":\"echo\",\"jsonrpc\":\"2.0\",\"id\":" + id + "}");

    assertThat(response).isEqualTo("{\"result\":[],\"id\":" + id + ",\"jsonrpc\":\"2.0\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "[1]", "true", "false"})
  void rejects_an_id_of_the_wrong_type(String id) {
    assertThat(responseTo("{\"method\":\"echo\",\"jsonrpc\":\"2.0\",\"id\":" + id + "}"))
        .isEqualTo(invalidRequest("null"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":7} | 7",
        "{\"id\":7,\"method\":null} | 7",
        "{\"id\":7,\"method\":[\"echo\"],\"jsonrpc\":\"2.0\"} | 7",
        "{\"id\":\"x\",\"method\":\"echo\",\"params\":null} | \"x\"",
        "{\"id\":7,\"method\":\"echo\",\"params\":1} | 7",
        "{\"id\":7,\"method\":\"echo\",\"params\":\"a\",\"jsonrpc\":\"2.0\"} | 7",
        "{} | null",
        "null | null",
        "1 | null",
        "\"echo\" | null",
        "true | null"
      })
  void rejects_an_invalid_call_as_2_0_with_its_id(String text, String id) {
    assertThat(responseTo(text)).isEqualTo(invalidRequest(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1.0\"", "\"2.0\"", "\"3.0\"", "2", "null", "{}", "[]"})
  void responds_in_2_0_to_any_version(String version) {
    assertThat(responseTo("{\"method\":\"echo\",\"id\":1,\"jsonrpc\":" + version + "}"))
        .isEqualTo("{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void responds_in_1_0_to_a_call_without_a_version() {
    assertThat(responseTo("{\"method\":\"echo\",\"params\":[5],\"id\":1}"))
        .isEqualTo("{\"result\":[5],\"error\":null,\"id\":1}");
    assertThat(responseTo("{\"method\":\"none\",\"params\":[5],\"id\":1}"))
        .isEqualTo(
            "{\"result\":null,\"error\":{\"code\":-32601,\"message\":\"Method not found\"},"
                + "\"id\":1}");
  }

  @Test
  void ignores_unknown_members() {
    assertThat(
            responseTo("{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\",\"error_id\":{\"a\":1}}"))
        .isEqualTo("{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[",
        "{",
        "{]",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[NaN]",
        "[Infinity]",
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[0x1]",
        "[True]",
        "[1] [2]",
        "[1]x",
        "[1]\u0000",
        "// [1]",
        "[\"\t\"]",
        "[\"\\x\"]",
        "[\"\\ud800\"]",
        "{\"\\udc00\":1}",
        "\ufeff[1]",
        "{\"id\":1,\"id\":2}",
        "[{\"method\":\"echo\",\"params\":{\"a\":{\"b\":1,\"\\u0062\":2}},\"id\":1}]"
      })
  void rejects_invalid_json(String text) {
    assertThat(responseTo(text)).isEqualTo(PARSE_ERROR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00e4", "\u00f5\u0080"})
  void rejects_invalid_utf_8(String bytes) {
    var text = "{\"method\":\"echo\",\"params\":[\"" + bytes + "\"],\"id\":1}";

    assertThat(responseTo(text.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(PARSE_ERROR);
  }

  @Test
  void rejects_utf_16() {
    assertThat(responseTo("[1]".getBytes(StandardCharsets.UTF_16LE))).isEqualTo(PARSE_ERROR);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void rejects_json_nested_more_than_64_deep() {
    assertThat(responseTo("[".repeat(65_536))).isEqualTo(PARSE_ERROR);
    assertThat(responseTo("{\"a\":".repeat(13_000))).isEqualTo(PARSE_ERROR);
    assertThat(responseTo("[".repeat(65) + "]".repeat(65))).isEqualTo(PARSE_ERROR);
    assertThat(responseTo("[".repeat(64) + "]".repeat(64))).startsWith("[{\"error\"");
  }

  @Test
  void accepts_a_text_of_64_kib() {
    var call = "{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\"}";
    var longest = call + " ".repeat(64 * 1024 - call.length());

    assertThat(responseTo(longest)).isEqualTo("{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void rejects_a_text_that_is_too_long() {
    assertThat(JsonRpc.rejectTooLong().join().map(JsonRpcTest::text))
        .hasValue(
            "{\"error\":{\"code\":-32600,\"message\":\"Invalid Request\","
                + "\"data\":{\"reason\":\"more than 65536 bytes\"}},\"id\":null,"
                + "\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void accepts_a_batch_of_50_calls_and_rejects_a_larger_one() {
    var call = "{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\"}";

    assertThat(responseTo("[" + call + (',' + call).repeat(49) + "]").split("result", -1))
        .hasSize(51);
    assertThat(responseTo("[" + call + (',' + call).repeat(50) + "]"))
        .startsWith("{\"error\":{\"code\":-32600")
        .contains("more than 50 calls");
  }

  @Test
  void rejects_a_batch_inside_a_batch() {
    assertThat(responseTo("[[{\"method\":\"echo\",\"id\":1}]]"))
        .isEqualTo("[" + invalidRequest("null") + "]");
  }

  @Test
  void accepts_a_batch_with_calls_of_both_versions() {
    assertThat(
            responseTo(
                "[{\"method\":\"echo\",\"id\":1},{\"jsonrpc\":0,\"method\":\"echo\",\"id\":2}]"))
        .isEqualTo(
            "[{\"result\":[],\"error\":null,\"id\":1},"
                + "{\"result\":[],\"id\":2,\"jsonrpc\":\"2.0\"}]");
  }

  @Test
  void runs_the_calls_of_a_batch_concurrently_and_responds_in_order() {
    var response =
        handle(
            bytes(
                "[{\"method\":\"wait\",\"id\":1},{\"method\":\"wait\",\"id\":2},{\"method\":\"wait\"}]"));
    assertThat(pending).hasSize(3);

    pending.get(2).complete(bytes("\"third\""));
    pending.get(1).complete(bytes("\"second\""));
    assertThat(response).isNotDone();
    pending.get(0).complete(bytes("\"first\""));

    assertThat(text(response.join().orElseThrow()))
        .isEqualTo(
            "[{\"result\":\"first\",\"error\":null,\"id\":1},"
                + "{\"result\":\"second\",\"error\":null,\"id\":2}]");
  }

  @Test
  void fails_only_the_calls_whose_results_exceed_the_budget_of_all_requests() {
    var small = "{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\"}";
    var large = small.replace("}", ",\"params\":[\"" + "x".repeat(100) + "\"]}");
    var notification = large.replace("\"id\":1,", "");
    var result = "{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}";
    try (var others = new ResultBudget()) {
      others.reserve(ResultBudget.MAX_BYTES - 100);

      assertThat(responseTo("[%s,%s,%s,%s]".formatted(small, notification, large, small)))
          .isEqualTo(
              "[%s,%s,%s]"
                  .formatted(
                      result,
                      "{\"error\":{\"code\":-32000,\"message\":\"RESOURCE_EXHAUSTED\","
                          + "\"data\":{\"status\":\"RESOURCE_EXHAUSTED\"}},\"id\":1,"
                          + "\"jsonrpc\":\"2.0\"}",
                      result));
    }
    assertThat(responseTo(large)).startsWith("{\"result\":[\"xxx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "break"})
  void returns_only_the_id_of_an_internal_error_and_logs_it(String method) {
    try (var log = CapturedLog.begin()) {
      var response = responseTo("{\"method\":\"" + method + "\",\"id\":1,\"jsonrpc\":\"2.0\"}");

      assertThat(response)
          .matches(
              "\\{\"error\":\\{\"code\":-32603,\"message\":\"Internal error\","
                  + "\"data\":\\{\"error_id\":\"[0-9a-f]{16}\"}},\"id\":1,\"jsonrpc\":\"2.0\"}");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("a secret", response.replaceFirst(".*error_id\":\"([0-9a-f]+).*", "$1"));
    }
  }

  @Test
  void logs_an_internal_error_in_a_notification_without_a_response() {
    try (var log = CapturedLog.begin()) {
      assertThat(handle(bytes("{\"method\":\"break\",\"jsonrpc\":\"2.0\"}")).join()).isEmpty();
      assertThat(log.lines()).hasSize(1);
    }
  }

  private CompletableFuture<byte[]> addPending() {
    var result = new CompletableFuture<byte[]>();
    pending.add(result);
    return result;
  }

  private static CompletableFuture<byte[]> fail() {
    throw new IllegalStateException("a secret");
  }

  private String responseTo(String text) {
    return responseTo(bytes(text));
  }

  private String responseTo(byte[] text) {
    return handle(text).join().map(JsonRpcTest::text).orElse("");
  }

  private CompletableFuture<Optional<byte[]>> handle(byte[] text) {
    var budget = new ResultBudget();
    return rpc.handle(text, budget).whenComplete((response, failure) -> budget.close());
  }

  private static String text(byte[] response) {
    return new String(response, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String invalidRequest(String id) {
    return "{\"error\":{\"code\":-32600,\"message\":\"Invalid Request\"},\"id\":%s,\"jsonrpc\":\"2.0\"}"
        .formatted(id);
  }
}
