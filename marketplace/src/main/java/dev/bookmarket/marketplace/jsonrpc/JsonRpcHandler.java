package dev.bookmarket.marketplace.jsonrpc;

import dev.bookmarket.marketplace.web.RequestBody;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;

/**
 * Serves JSON-RPC over HTTP POST with any content type. Results and errors have status 200; a
 * request that needs no response gets 204.
 */
public record JsonRpcHandler(JsonRpc rpc) implements Handler {
  /** An attribute of a request whose calls are all rejected because of overload. */
  public static final String REJECTED = "rejected because of overload";

  @Override
  public void handle(Context ctx) {
    var body = RequestBody.read(ctx, JsonRpc.MAX_LENGTH);
    var service = ctx.attribute(REJECTED) == null ? rpc : rpc.withoutCapacity();
    ctx.future(
        () ->
            body.map(service::handle)
                .orElseGet(JsonRpc::rejectTooLong)
                .thenAccept(
                    response ->
                        response.ifPresentOrElse(
                            json -> ctx.contentType("application/json").result(json.toString()),
                            () -> ctx.status(HttpStatus.NO_CONTENT))));
  }
}
