package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call as a client sent it: in version 2.0 of the protocol or, where it has no member {@code
 * jsonrpc}, in 1.0.
 *
 * @param params an array or an object
 * @param id what the answer repeats; nothing where the client wants no answer
 */
record JsonRpcCall(String method, JsonElement params, Optional<JsonElement> id, boolean version1) {
  /**
   * The call that this JSON is. The value of {@code jsonrpc} does not matter: the oldest client of
   * all sends "1.0" and reads a 2.0 answer. An id of null is one, in 1.0 too.
   *
   * @throws JsonRpcError if it is none
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

  /** The answer where it succeeded; nothing where none is wanted. */
  Optional<JsonElement> succeeded(JsonElement result) {
    return id.map(
        id -> version1 ? version1(result, JsonNull.INSTANCE, id) : version2("result", result, id));
  }

  /** The answer where it failed; nothing where none is wanted. */
  Optional<JsonElement> failed(JsonRpcError error) {
    return id.map(
        id ->
            version1
                ? version1(JsonNull.INSTANCE, error.json(), id)
                : version2("error", error.json(), id));
  }

  /** The answer to what is no call, with the id where there is one that can be repeated. */
  static JsonElement refused(JsonElement json, JsonRpcError error) {
    var id = json instanceof JsonObject call ? call.get("id") : null;
    return version2("error", error.json(), id != null && isId(id) ? id : JsonNull.INSTANCE);
  }

  private static boolean isParams(@Nullable JsonElement json) {
    return json == null || json.isJsonArray() || json.isJsonObject();
  }

  private static boolean isId(JsonElement json) {
    return json.isJsonNull()
        || (json instanceof JsonPrimitive value && (value.isString() || value.isNumber()));
  }

  private static JsonObject version1(JsonElement result, JsonElement error, JsonElement id) {
    var answer = new JsonObject();
    answer.add("result", result);
    answer.add("error", error);
    answer.add("id", id);
    return answer;
  }

  private static JsonObject version2(String outcome, JsonElement value, JsonElement id) {
    var answer = new JsonObject();
    answer.add(outcome, value);
    answer.add("id", id);
    answer.addProperty("jsonrpc", "2.0");
    return answer;
  }
}
