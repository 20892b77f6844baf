package dev.bookmarket.marketplace.jsonrpc;

import dev.bookmarket.marketplace.web.RequestBody;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
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
  public void handle(Context ctx) {
    var body = RequestBody.read(ctx, JsonRpc.MAX_LENGTH);
    ctx.future(
        () ->
            body.map(rpc::answerTo)
                .orElseGet(JsonRpc::answerToTooLong)
                .thenAccept(
                    answer ->
                        answer.ifPresentOrElse(
                            json -> ctx.contentType("application/json").result(json.toString()),
                            () -> ctx.status(HttpStatus.NO_CONTENT))));
  }
}
