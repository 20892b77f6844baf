package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.bookmarket.runtime.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the protocol does where the specification has no example. */
class JsonRpcTest {
  private static final String PARSE_ERROR =
      "{\"error\":{\"code\":-32700,\"message\":\"Parse error\"},\"id\":null,\"jsonrpc\":\"2.0\"}";

  private final List<CompletableFuture<JsonElement>> open = new ArrayList<>();
  private final JsonRpc rpc =
      new JsonRpc(
          Map.of(
              "echo", CompletableFuture::completedFuture,
              "wait", params -> opened(),
              "throw", params -> throwing(),
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
  void an_id_comes_back_as_it_was_sent(String id) {
    var answer = answerTo("{\"method\":\"echo\",\"jsonrpc\":\"2.0\",\"id\":" + id + "}");

    assertThat(answer).isEqualTo("{\"result\":[],\"id\":" + id + ",\"jsonrpc\":\"2.0\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "[1]", "true", "false"})
  void what_cannot_be_an_id_is_no_call(String id) {
    assertThat(answerTo("{\"method\":\"echo\",\"jsonrpc\":\"2.0\",\"id\":" + id + "}"))
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
  void what_is_no_call_is_refused_as_2_0_with_the_id_that_it_has(String text, String id) {
    assertThat(answerTo(text)).isEqualTo(invalidRequest(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1.0\"", "\"2.0\"", "\"3.0\"", "2", "null", "{}", "[]"})
  void any_version_at_all_gets_a_2_0_answer(String version) {
    assertThat(answerTo("{\"method\":\"echo\",\"id\":1,\"jsonrpc\":" + version + "}"))
        .isEqualTo("{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void no_version_gets_a_1_0_answer() {
    assertThat(answerTo("{\"method\":\"echo\",\"params\":[5],\"id\":1}"))
        .isEqualTo("{\"result\":[5],\"error\":null,\"id\":1}");
    assertThat(answerTo("{\"method\":\"none\",\"params\":[5],\"id\":1}"))
        .isEqualTo(
            "{\"result\":null,\"error\":{\"code\":-32601,\"message\":\"Method not found\"},"
                + "\"id\":1}");
  }

  @Test
  void members_that_nobody_knows_do_not_matter() {
    assertThat(answerTo("{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\",\"trace\":{\"a\":1}}"))
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
  void what_is_not_strictly_json_is_a_parse_error(String text) {
    assertThat(answerTo(text)).isEqualTo(PARSE_ERROR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00e4", "\u00f5\u0080"})
  void broken_utf_8_is_a_parse_error(String bytes) {
    var text = "{\"method\":\"echo\",\"params\":[\"" + bytes + "\"],\"id\":1}";

    assertThat(answerTo(text.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(PARSE_ERROR);
  }

  @Test
  void utf_16_is_a_parse_error() {
    assertThat(answerTo("[1]".getBytes(StandardCharsets.UTF_16LE))).isEqualTo(PARSE_ERROR);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void a_nesting_bomb_is_a_parse_error() {
    assertThat(answerTo("[".repeat(65_536))).isEqualTo(PARSE_ERROR);
    assertThat(answerTo("{\"a\":".repeat(13_000))).isEqualTo(PARSE_ERROR);
    assertThat(answerTo("[".repeat(65) + "]".repeat(65))).isEqualTo(PARSE_ERROR);
    assertThat(answerTo("[".repeat(64) + "]".repeat(64))).startsWith("[{\"error\"");
  }

  @Test
  void text_of_64_kib_is_taken() {
    var call = "{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\"}";
    var longest = call + " ".repeat(64 * 1024 - call.length());

    assertThat(answerTo(longest)).isEqualTo("{\"result\":[],\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void text_that_is_too_long_is_an_invalid_request() {
    assertThat(JsonRpc.answerToTooLong().join().map(JsonElement::toString))
        .hasValue(
            "{\"error\":{\"code\":-32600,\"message\":\"Invalid Request\","
                + "\"data\":{\"reason\":\"more than 65536 bytes\"}},\"id\":null,"
                + "\"jsonrpc\":\"2.0\"}");
  }

  @Test
  void a_batch_of_50_calls_is_taken_and_one_more_call_is_refused_as_a_whole() {
    var call = "{\"method\":\"echo\",\"id\":1,\"jsonrpc\":\"2.0\"}";

    assertThat(answerTo("[" + call + (',' + call).repeat(49) + "]").split("result", -1))
        .hasSize(51);
    assertThat(answerTo("[" + call + (',' + call).repeat(50) + "]"))
        .startsWith("{\"error\":{\"code\":-32600")
        .contains("more than 50 calls");
  }

  @Test
  void a_batch_in_a_batch_is_no_call() {
    assertThat(answerTo("[[{\"method\":\"echo\",\"id\":1}]]"))
        .isEqualTo("[" + invalidRequest("null") + "]");
  }

  @Test
  void a_batch_may_mix_versions() {
    assertThat(
            answerTo(
                "[{\"method\":\"echo\",\"id\":1},{\"jsonrpc\":0,\"method\":\"echo\",\"id\":2}]"))
        .isEqualTo(
            "[{\"result\":[],\"error\":null,\"id\":1},"
                + "{\"result\":[],\"id\":2,\"jsonrpc\":\"2.0\"}]");
  }

  @Test
  void the_calls_of_a_batch_run_at_the_same_time_and_are_answered_in_their_order() {
    var answer =
        rpc.answerTo(
            bytes(
                "[{\"method\":\"wait\",\"id\":1},{\"method\":\"wait\",\"id\":2},{\"method\":\"wait\"}]"));
    assertThat(open).hasSize(3);

    open.get(2).complete(new JsonPrimitive("third"));
    open.get(1).complete(new JsonPrimitive("second"));
    assertThat(answer).isNotDone();
    open.get(0).complete(new JsonPrimitive("first"));

    assertThat(answer.join().orElseThrow().toString())
        .isEqualTo(
            "[{\"result\":\"first\",\"error\":null,\"id\":1},"
                + "{\"result\":\"second\",\"error\":null,\"id\":2}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "break"})
  void a_fault_of_ours_is_told_by_its_number_only_and_logged(String method) {
    try (var log = CapturedLog.begin()) {
      var answer = answerTo("{\"method\":\"" + method + "\",\"id\":1,\"jsonrpc\":\"2.0\"}");

      assertThat(answer)
          .matches(
              "\\{\"error\":\\{\"code\":-32603,\"message\":\"Internal error\","
                  + "\"data\":\\{\"trace\":\"[0-9a-f]{16}\"}},\"id\":1,\"jsonrpc\":\"2.0\"}");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("a secret", answer.replaceFirst(".*trace\":\"([0-9a-f]+).*", "$1"));
    }
  }

  @Test
  void a_fault_of_ours_in_a_notification_is_logged_and_not_told() {
    try (var log = CapturedLog.begin()) {
      assertThat(rpc.answerTo(bytes("{\"method\":\"break\",\"jsonrpc\":\"2.0\"}")).join())
          .isEmpty();
      assertThat(log.lines()).hasSize(1);
    }
  }

  private CompletableFuture<JsonElement> opened() {
    var result = new CompletableFuture<JsonElement>();
    open.add(result);
    return result;
  }

  private static CompletableFuture<JsonElement> throwing() {
    throw new IllegalStateException("a secret");
  }

  private String answerTo(String text) {
    return answerTo(bytes(text));
  }

  private String answerTo(byte[] text) {
    return rpc.answerTo(text).join().map(JsonElement::toString).orElse("");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String invalidRequest(String id) {
    return "{\"error\":{\"code\":-32600,\"message\":\"Invalid Request\"},\"id\":%s,\"jsonrpc\":\"2.0\"}"
        .formatted(id);
  }
}
