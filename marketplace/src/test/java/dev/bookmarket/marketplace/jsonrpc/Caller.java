package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.bookmarket.marketplace.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** A client of the JSON-RPC of a shop on this machine. Immutable. */
record Caller(int port) {
  private static final int TRIES = 20;

  /** Sends a body, byte for byte, with these header lines, each with its end. */
  RawHttp.Answer post(byte[] body, String headers) {
    return RawHttp.exchange(
        port,
        "POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + body.length
            + "\r\n\r\n"
            + new String(body, StandardCharsets.ISO_8859_1));
  }

  /** Sends a body as curl does. */
  RawHttp.Answer post(String body) {
    return post(
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type: application/x-www-form-urlencoded\r\n");
  }

  /** What a body is answered with, which is JSON. */
  JsonElement answerTo(String body) {
    return jsonOf(post(body));
  }

  /** The error that a body is answered with. */
  JsonObject errorOf(String body) {
    var answer = answerTo(body).getAsJsonObject();
    assertThat(answer.has("error")).as(answer.toString()).isTrue();
    return answer.getAsJsonObject("error");
  }

  /** The code of that error. */
  int codeOf(String body) {
    return errorOf(body).get("code").getAsInt();
  }

  /**
   * What a request is answered with; sends it again where a deadline was missed, since on a busy
   * machine a healthy backend too misses one.
   */
  static RawHttp.Answer patiently(Supplier<RawHttp.Answer> request) {
    var answer = request.get();
    for (int i = 1; i < TRIES && answer.body().contains("DEADLINE_EXCEEDED"); i++) {
      answer = request.get();
    }
    return answer;
  }

  /** The answer to a call of a method, asked for patiently. */
  JsonObject call(String method, String params) {
    return jsonOf(patiently(() -> post(callOf(method, params)))).getAsJsonObject();
  }

  /** The result of a call of a method. */
  JsonElement result(String method, String params) {
    var answer = call(method, params);
    assertThat(answer.has("result")).as(answer.toString()).isTrue();
    return answer.get("result");
  }

  /** The body that calls a method. */
  static String callOf(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  /** An answer's body, whose every sign of being JSON must be there. */
  static JsonElement jsonOf(RawHttp.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    return JsonParser.parseString(answer.body());
  }
}
