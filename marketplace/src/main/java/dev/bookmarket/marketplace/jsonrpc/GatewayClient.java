package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonElement;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.bookmarket.marketplace.backend.Backend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Serves the public unary RPCs of the backends as JSON-RPC methods. They are discovered from the
 * contracts, so a new RPC needs no change here. Safe for concurrent use.
 */
public final class GatewayClient {
  /**
   * The proto packages, including nested ones, whose services are not public, each with the reason.
   */
  static final Map<String, String> NOT_PUBLIC =
      Map.of(
          "grpc", "health, reflection and channelz are for operators",
          "bookmarket.orders.v1", "it trusts the buyer id and the prices that its caller sends");

  private final Map<String, JsonRpcMethod> methods = new HashMap<>();

  /**
   * A client of those backends. Whether one is there does not matter: its methods exist, and fail.
   *
   * @param contracts what each backend serves
   */
  public GatewayClient(Map<Backend, List<FileDescriptor>> contracts) {
    contracts.forEach(
        (backend, files) ->
            files.stream()
                .flatMap(file -> file.getServices().stream())
                .filter(GatewayClient::isPublic)
                .flatMap(service -> service.getMethods().stream())
                .filter(GatewayClient::isUnary)
                .forEach(
                    rpc ->
                        methods.put(rpc.getFullName(), new UnaryClient(backend.channel(), rpc))));
    var hello = methods.get("GrpcService.hello");
    if (hello != null) {
      methods.put("hello", params -> resultOf(hello.call(params)));
    }
  }

  /** Returns all methods by full name, such as {@code helloworld.Greeter.SayHello}. */
  public Map<String, JsonRpcMethod> methods() {
    return Map.copyOf(methods);
  }

  static boolean isPublic(ServiceDescriptor service) {
    return NOT_PUBLIC.keySet().stream()
        .noneMatch(hidden -> service.getFullName().startsWith(hidden + "."));
  }

  static boolean isUnary(MethodDescriptor rpc) {
    return !rpc.isClientStreaming() && !rpc.isServerStreaming();
  }

  /** The client of the tutorial expects a method {@code hello} that returns a string. */
  private static CompletableFuture<JsonElement> resultOf(CompletableFuture<JsonElement> response) {
    return response.thenApply(message -> message.getAsJsonObject().get("result"));
  }
}
