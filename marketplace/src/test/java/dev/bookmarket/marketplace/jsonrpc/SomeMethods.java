package dev.bookmarket.marketplace.jsonrpc;

import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.marketplace.server.WebServer;
import java.util.Map;

/** A web server with the JSON-RPC methods of a test. */
final class SomeMethods {
  private SomeMethods() {}

  /** Starts a server on a free loopback port, with these methods at {@code /jsonrpc}. */
  static WebServer serve(Map<String, JsonRpcMethod> methods) {
    return SomeRoutes.serve(
        (routes, templates) -> routes.post("/jsonrpc", new JsonRpcHandler(new JsonRpc(methods))));
  }
}
