package dev.bookmarket.marketplace.jsonrpc;

import dev.bookmarket.marketplace.web.RequestBody;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.io.IOException;

/**
 * Serves JSON-RPC over HTTP POST with any content type. Results and errors have status 200; a
 * request that needs no response gets 204.
 */
public record JsonRpcHandler(JsonRpc rpc) implements Handler {
  /** The maximum number of requests at once, because each of them needs memory for its results. */
  public static final int MAX_IN_FLIGHT = 4;

  /** An attribute of a request whose calls are all rejected because of overload. */
  public static final String REJECTED = "rejected because of overload";

  @Override
  public void handle(Context ctx) {
    var body = RequestBody.read(ctx, JsonRpc.MAX_LENGTH);
    var service = ctx.attribute(REJECTED) == null ? rpc : rpc.withoutCapacity();
    var budget = new ResultBudget();
    ctx.future(
        () ->
            body.map(text -> service.handle(text, budget))
                .orElseGet(JsonRpc::rejectTooLong)
                .thenAccept(
                    response ->
                        response.ifPresentOrElse(
                            json -> write(json, ctx.contentType("application/json")),
                            () -> ctx.status(HttpStatus.NO_CONTENT)))
                .whenComplete((done, failure) -> budget.close()));
  }

  /** Writes everything at once, so that the buffer of the response does not grow while it fills. */
  private static void write(byte[] json, Context ctx) {
    try {
      ctx.outputStream().write(json);
    } catch (IOException e) {
      // Cannot happen: the response is in memory.
    }
  }
}
