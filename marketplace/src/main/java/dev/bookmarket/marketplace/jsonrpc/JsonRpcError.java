package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonObject;

/** A failure that the client receives: a code, a message and at most one member of data. */
public final class JsonRpcError extends RuntimeException {
  private static final int MAX_REASON_LENGTH = 200;

  private final JsonObject json = new JsonObject();

  private JsonRpcError(int code, String message) {
    super(message, null, false, false); // the response contains no stack trace
    json.addProperty("code", code);
    json.addProperty("message", message);
  }

  /** Returns the error for a text that is not JSON. */
  static JsonRpcError parseError() {
    return new JsonRpcError(-32700, "Parse error");
  }

  /** Returns the error for JSON that is not a call. */
  static JsonRpcError invalidRequest() {
    return new JsonRpcError(-32600, "Invalid Request");
  }

  /** Returns the error for a method that does not exist or is not public. */
  static JsonRpcError methodNotFound() {
    return new JsonRpcError(-32601, "Method not found");
  }

  /** Returns the error for params that the method does not accept. */
  public static JsonRpcError invalidParams(String reason) {
    return new JsonRpcError(-32602, "Invalid params").withReason(reason);
  }

  /** Returns the error for an internal failure that was logged with that id. */
  static JsonRpcError internal(String errorId) {
    return new JsonRpcError(-32603, "Internal error").with("error_id", errorId);
  }

  /** Returns the error for an RPC that failed with a gRPC status of that name. */
  static JsonRpcError failed(String status, String message) {
    return new JsonRpcError(-32000, message).with("status", status);
  }

  /** Returns the error for a call whose result is too long, or that overload prevents. */
  static JsonRpcError resourceExhausted() {
    return failed("RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED");
  }

  /** Adds a reason for the developer of the client; a long one is truncated. */
  JsonRpcError withReason(String reason) {
    return with(
        "reason",
        reason.length() <= MAX_REASON_LENGTH
            ? reason
            : reason.substring(0, MAX_REASON_LENGTH) + "…");
  }

  /** Returns the error object of the response. */
  JsonObject json() {
    return json;
  }

  private JsonRpcError with(String member, String value) {
    var data = new JsonObject();
    data.addProperty(member, value);
    json.add("data", data);
    return this;
  }
}
