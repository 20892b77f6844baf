package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonElement;
import java.util.concurrent.CompletableFuture;

/** What stands behind the name of a method. Safe for concurrent use. */
@FunctionalInterface
public interface JsonRpcMethod {
  /**
   * Calls it, without waiting for its result. A failure that is a {@link JsonRpcError} is told to
   * the caller; any other is a fault of ours.
   *
   * @param params an array or an object; an empty array where the caller gave none
   */
  CompletableFuture<JsonElement> call(JsonElement params);
}
