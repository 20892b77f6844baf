package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonElement;
import java.util.concurrent.CompletableFuture;

/** Implements one JSON-RPC method. Safe for concurrent use. */
@FunctionalInterface
public interface JsonRpcMethod {
  /**
   * Calls the method without waiting for its result. The client receives a failure that is a {@link
   * JsonRpcError}; any other failure is an internal error.
   *
   * @param params an array or an object; an empty array if the client sent no params
   * @return the result as JSON in UTF-8
   */
  CompletableFuture<byte[]> call(JsonElement params);
}
