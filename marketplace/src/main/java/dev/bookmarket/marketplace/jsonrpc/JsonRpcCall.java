package dev.bookmarket.marketplace.jsonrpc;

import com.google.common.primitives.Bytes;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call from a client. It follows version 1.0 of the protocol if it has no member {@code jsonrpc},
 * otherwise version 2.0.
 *
 * @param params an array or an object
 * @param id the id that the response repeats; empty if the client expects no response
 */
record JsonRpcCall(String method, JsonElement params, Optional<JsonElement> id, boolean version1) {
  /**
   * Returns the call that the JSON describes. The value of {@code jsonrpc} does not matter, because
   * the client of the tutorial sends "1.0" and reads a 2.0 response. An id of null is an id, also
   * in version 1.0.
   *
   * @throws JsonRpcError if the JSON is not a call
   */
  static JsonRpcCall of(JsonElement json) {
    if (!(json instanceof JsonObject call
        && call.get("method") instanceof JsonPrimitive method
        && method.isString()
        && isParams(call.get("params"))
        && (!call.has("id") || isId(call.get("id"))))) {
      throw JsonRpcError.invalidRequest();
    }
    return new JsonRpcCall(
        method.getAsString(),
        Objects.requireNonNullElseGet(call.get("params"), JsonArray::new),
        Optional.ofNullable(call.get("id")),
        !call.has("jsonrpc"));
  }

  /** Returns the response with the result; empty if the client expects no response. */
  Optional<byte[]> succeeded(byte[] result) {
    return id.map(
        id ->
            Bytes.concat(
                utf8("{\"result\":"),
                result,
                utf8((version1 ? ",\"error\":null" : "") + end(version1, id))));
  }

  /** Returns the response with the error; empty if the client expects no response. */
  Optional<byte[]> failed(JsonRpcError error) {
    return id.map(id -> failed(version1, error, id));
  }

  /** Returns the response to JSON that is not a call, with its id if it has a valid one. */
  static byte[] rejected(JsonElement json, JsonRpcError error) {
    var id = json instanceof JsonObject call ? call.get("id") : null;
    return failed(false, error, id != null && isId(id) ? id : JsonNull.INSTANCE);
  }

  private static boolean isParams(@Nullable JsonElement json) {
    return json == null || json.isJsonArray() || json.isJsonObject();
  }

  private static boolean isId(JsonElement json) {
    return json.isJsonNull()
        || (json instanceof JsonPrimitive value && (value.isString() || value.isNumber()));
  }

  private static byte[] failed(boolean version1, JsonRpcError error, JsonElement id) {
    return utf8(
        (version1 ? "{\"result\":null," : "{") + "\"error\":" + error.json() + end(version1, id));
  }

  private static String end(boolean version1, JsonElement id) {
    return ",\"id\":" + id + (version1 ? "}" : ",\"jsonrpc\":\"2.0\"}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
