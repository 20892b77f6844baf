package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.bookmarket.marketplace.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Sends JSON-RPC calls to a marketplace on this machine. Immutable. */
record JsonRpcClient(int port) {
  private static final int MAX_ATTEMPTS = 20;

  /** Sends the bytes as a body, with additional header lines that each end in CR LF. */
  RawHttp.Response post(byte[] body, String headers) {
    return RawHttp.exchange(
        port,
        "POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + body.length
            + "\r\n\r\n"
            + new String(body, StandardCharsets.ISO_8859_1));
  }

  /** Sends a body with the content type that curl uses. */
  RawHttp.Response post(String body) {
    return post(
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type: application/x-www-form-urlencoded\r\n");
  }

  /** Returns the JSON response to a body. */
  JsonElement responseTo(String body) {
    return jsonOf(post(body));
  }

  /** Returns the error in the response to a body. */
  JsonObject errorOf(String body) {
    var response = responseTo(body).getAsJsonObject();
    assertThat(response.has("error")).as(response.toString()).isTrue();
    return response.getAsJsonObject("error");
  }

  /** Returns the code of the error in the response to a body. */
  int codeOf(String body) {
    return errorOf(body).get("code").getAsInt();
  }

  /**
   * Returns the response to a request. Repeats the request after DEADLINE_EXCEEDED, because on a
   * busy machine a working backend can miss a deadline.
   */
  static RawHttp.Response withRetries(Supplier<RawHttp.Response> request) {
    var response = request.get();
    for (int i = 1; i < MAX_ATTEMPTS && response.body().contains("DEADLINE_EXCEEDED"); i++) {
      response = request.get();
    }
    return response;
  }

  /** Returns the response to a call of a method, with retries. */
  JsonObject call(String method, String params) {
    return jsonOf(withRetries(() -> post(callOf(method, params)))).getAsJsonObject();
  }

  /** Returns the result of a call of a method, with retries. */
  JsonElement result(String method, String params) {
    var response = call(method, params);
    assertThat(response.has("result")).as(response.toString()).isTrue();
    return response.get("result");
  }

  /** Returns the body of a call of a method. */
  static String callOf(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  /** Returns the body of a response after checking its status and content type. */
  static JsonElement jsonOf(RawHttp.Response response) {
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.header("Content-Type")).startsWith("application/json");
    return JsonParser.parseString(response.body());
  }
}
