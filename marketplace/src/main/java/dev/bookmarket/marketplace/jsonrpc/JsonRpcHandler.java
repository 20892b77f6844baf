package dev.bookmarket.marketplace.jsonrpc;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.Map;

/**
 * Takes JSON-RPC over HTTP, whatever type the body claims to have. Every answer is a 200, be it a
 * result or an error; where none is wanted, it is a 204.
 */
public final class JsonRpcHandler implements Handler {
  private final JsonRpc rpc;

  /** A handler for calls of those methods. */
  public JsonRpcHandler(Map<String, JsonRpcMethod> methods) {
    rpc = new JsonRpc(methods);
  }

  @Override
  public void handle(Context request) {
    var body = bodyOf(request);
    request.future(
        () ->
            rpc.answerTo(body)
                .thenAccept(
                    answer ->
                        answer.ifPresentOrElse(
                            json -> request.contentType("application/json").result(json.toString()),
                            () -> request.status(HttpStatus.NO_CONTENT))));
  }

  /** One byte more than is taken says enough about what is too long. */
  private static byte[] bodyOf(Context request) {
    try {
      return request.bodyInputStream().readNBytes(JsonRpc.MAX_LENGTH + 1);
    } catch (IOException e) {
      return new byte[0]; // what broke off is no JSON either
    }
  }
}
