package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonObject;

/** A failure that the caller is told: a code and a message, and sometimes one thing more. */
public final class JsonRpcError extends RuntimeException {
  private static final int LONGEST_REASON = 200;

  private final int code;
  private final JsonObject data = new JsonObject();

  private JsonRpcError(int code, String message) {
    super(message, null, false, false); // an answer needs no stack trace
    this.code = code;
  }

  /** The text is not JSON. */
  static JsonRpcError parseError() {
    return new JsonRpcError(-32700, "Parse error");
  }

  /** It is JSON, but no call. */
  static JsonRpcError invalidRequest() {
    return new JsonRpcError(-32600, "Invalid Request");
  }

  /** There is no public method of that name. */
  static JsonRpcError methodNotFound() {
    return new JsonRpcError(-32601, "Method not found");
  }

  /** The method takes something else; the reason says what is wrong. */
  public static JsonRpcError invalidParams(String reason) {
    return new JsonRpcError(-32602, "Invalid params").because(reason);
  }

  /** A fault of ours, logged under that id. */
  static JsonRpcError internal(String trace) {
    return new JsonRpcError(-32603, "Internal error").with("trace", trace);
  }

  /** The method was called and failed, with a status of that name. */
  static JsonRpcError failed(String status, String message) {
    return new JsonRpcError(-32000, message).with("status", status);
  }

  /** The same with a reason for whoever wrote the client. */
  JsonRpcError because(String reason) {
    return with(
        "reason",
        reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…");
  }

  /** The error object of the answer. */
  JsonObject json() {
    var error = new JsonObject();
    error.addProperty("code", code);
    error.addProperty("message", getMessage());
    if (!data.isEmpty()) {
      error.add("data", data);
    }
    return error;
  }

  private JsonRpcError with(String member, String value) {
    data.addProperty(member, value);
    return this;
  }
}
