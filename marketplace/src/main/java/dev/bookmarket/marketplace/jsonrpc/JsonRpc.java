package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.client.GrpcFutures;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a> over some
 * methods, bounded in all that a client can send; the caller bounds the length of a text. The calls
 * of a batch run at the same time, and are answered in their order. Safe for concurrent use.
 */
final class JsonRpc {
  /** The longest text in bytes. */
  static final int MAX_LENGTH = 64 * 1024;

  private static final int MAX_CALLS = 50;
  private static final Logger log = LoggerFactory.getLogger(JsonRpc.class);

  private final Map<String, JsonRpcMethod> methods;

  /** For the methods with those names. */
  JsonRpc(Map<String, JsonRpcMethod> methods) {
    this.methods = Map.copyOf(methods);
  }

  /** The answer to a text, as JSON; nothing where none is wanted. Never fails. */
  CompletableFuture<Optional<JsonElement>> answerTo(byte[] text) {
    try {
      var json = StrictJson.read(text);
      return json instanceof JsonArray batch ? answerToBatch(batch) : answerToOne(json);
    } catch (IOException e) {
      return refused(JsonRpcError.parseError());
    }
  }

  /** Returns the answer to a text of more than {@link #MAX_LENGTH}. */
  static CompletableFuture<Optional<JsonElement>> answerToTooLong() {
    return refused(tooMuch("more than " + MAX_LENGTH + " bytes"));
  }

  private CompletableFuture<Optional<JsonElement>> answerToBatch(JsonArray batch) {
    if (batch.isEmpty()) {
      return refused(JsonRpcError.invalidRequest());
    }
    if (batch.size() > MAX_CALLS) {
      return refused(tooMuch("more than " + MAX_CALLS + " calls"));
    }
    var answers = batch.asList().stream().map(this::answerToOne).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              var wanted = new JsonArray();
              answers.forEach(answer -> answer.join().ifPresent(wanted::add));
              return Optional.<JsonElement>of(wanted).filter(array -> !wanted.isEmpty());
            });
  }

  private CompletableFuture<Optional<JsonElement>> answerToOne(JsonElement json) {
    JsonRpcCall call;
    try {
      call = JsonRpcCall.of(json);
    } catch (JsonRpcError error) {
      return done(JsonRpcCall.refused(json, error));
    }
    var method = methods.get(call.method());
    if (method == null) {
      return CompletableFuture.completedFuture(call.failed(JsonRpcError.methodNotFound()));
    }
    return result(method, call)
        .thenApply(call::succeeded)
        .exceptionally(
            failure -> call.failed(errorOf(call.method(), GrpcFutures.causeOf(failure))));
  }

  private static CompletableFuture<JsonElement> result(JsonRpcMethod method, JsonRpcCall call) {
    try {
      return method.call(call.params());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static JsonRpcError errorOf(String method, Throwable failure) {
    return failure instanceof JsonRpcError error
        ? error
        : JsonRpcError.internal(ErrorLog.log(log, "JSON-RPC " + method, failure));
  }

  private static JsonRpcError tooMuch(String what) {
    return JsonRpcError.invalidRequest().because(what);
  }

  private static CompletableFuture<Optional<JsonElement>> refused(JsonRpcError error) {
    return done(JsonRpcCall.refused(JsonNull.INSTANCE, error));
  }

  private static CompletableFuture<Optional<JsonElement>> done(JsonElement answer) {
    return CompletableFuture.completedFuture(Optional.of(answer));
  }
}
