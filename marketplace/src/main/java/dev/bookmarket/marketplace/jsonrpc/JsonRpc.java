package dev.bookmarket.marketplace.jsonrpc;

import com.google.common.collect.Maps;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.client.GrpcFutures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Implements <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a> for a set of methods.
 * It limits the number of calls in a batch; the caller limits the length of the text. The calls of
 * a batch run concurrently, at most {@link #MAX_CONCURRENT_CALLS} at once, and their responses keep
 * the order of the calls. Safe for concurrent use.
 *
 * @param methods the methods by name
 */
public record JsonRpc(Map<String, JsonRpcMethod> methods) {
  /** The maximum length of a text in bytes. */
  public static final int MAX_LENGTH = 64 * 1024;

  private static final int MAX_CALLS = 50;

  /** So that a few batches do not occupy the backends. */
  private static final int MAX_CONCURRENT_CALLS = 8;

  private static final Logger log = LoggerFactory.getLogger(JsonRpc.class);

  /**
   * Returns the response to a call or a batch as JSON in UTF-8; empty if the client expects none.
   * The future never fails.
   *
   * @param budget limits the results; the caller closes it when it has written the response
   */
  CompletableFuture<Optional<byte[]>> handle(byte[] text, ResultBudget budget) {
    try {
      var json = StrictJson.read(text);
      return json instanceof JsonArray batch
          ? handleBatch(batch, budget)
          : handleCall(json, budget);
    } catch (IOException e) {
      return rejected(JsonRpcError.parseError());
    }
  }

  /** Returns a service with the same methods, each of which fails with RESOURCE_EXHAUSTED. */
  JsonRpc withoutCapacity() {
    JsonRpcMethod failing =
        params -> CompletableFuture.failedFuture(JsonRpcError.resourceExhausted());
    return new JsonRpc(Maps.transformValues(methods, method -> failing));
  }

  /** Returns the response to a text that is longer than {@link #MAX_LENGTH}. */
  static CompletableFuture<Optional<byte[]>> rejectTooLong() {
    return rejected(invalidRequest("more than " + MAX_LENGTH + " bytes"));
  }

  private CompletableFuture<Optional<byte[]>> handleBatch(JsonArray batch, ResultBudget budget) {
    if (batch.isEmpty()) {
      return rejected(JsonRpcError.invalidRequest());
    }
    if (batch.size() > MAX_CALLS) {
      return rejected(invalidRequest("more than " + MAX_CALLS + " calls"));
    }
    var responses = new ArrayList<CompletableFuture<Optional<byte[]>>>();
    for (var json : batch) {
      int earlier = responses.size() - MAX_CONCURRENT_CALLS;
      responses.add(
          earlier < 0
              ? handleCall(json, budget)
              : responses.get(earlier).thenCompose(done -> handleCall(json, budget)));
    }
    return CompletableFuture.allOf(responses.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              var values = responses.stream().flatMap(each -> each.join().stream()).toList();
              return values.isEmpty() ? Optional.empty() : Optional.of(arrayOf(values));
            });
  }

  private static byte[] arrayOf(List<byte[]> values) {
    int length = 1 + values.stream().mapToInt(value -> value.length + 1).sum();
    var array = ByteBuffer.allocate(length).put((byte) '[');
    values.forEach(value -> array.put(value).put((byte) ','));
    return array.put(length - 1, (byte) ']').array();
  }

  private CompletableFuture<Optional<byte[]>> handleCall(JsonElement json, ResultBudget budget) {
    JsonRpcCall call;
    try {
      call = JsonRpcCall.of(json);
    } catch (JsonRpcError error) {
      return completed(JsonRpcCall.rejected(json, error));
    }
    var method = methods.get(call.method());
    if (method == null) {
      return CompletableFuture.completedFuture(call.failed(JsonRpcError.methodNotFound()));
    }
    return CompletableFuture.completedFuture(call.params())
        .thenCompose(method::call)
        .thenApply(
            result -> {
              var response = call.succeeded(result);
              response.ifPresent(text -> budget.reserve(text.length));
              return response;
            })
        .exceptionally(
            failure -> call.failed(errorOf(call.method(), GrpcFutures.causeOf(failure))));
  }

  private static JsonRpcError errorOf(String method, Throwable failure) {
    return failure instanceof JsonRpcError error
        ? error
        : JsonRpcError.internal(ErrorLog.log(log, "JSON-RPC " + method, failure));
  }

  private static JsonRpcError invalidRequest(String reason) {
    return JsonRpcError.invalidRequest().withReason(reason);
  }

  private static CompletableFuture<Optional<byte[]>> rejected(JsonRpcError error) {
    return completed(JsonRpcCall.rejected(JsonNull.INSTANCE, error));
  }

  private static CompletableFuture<Optional<byte[]>> completed(byte[] response) {
    return CompletableFuture.completedFuture(Optional.of(response));
  }
}
