package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonElement;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The public unary RPCs of the backends, found in their contracts: a new one needs no line here.
 * Safe for concurrent use.
 */
public final class GatewayClient {
  /** The proto packages whose services, also those of packages inside, are not for the public. */
  static final Map<String, String> NOT_PUBLIC =
      Map.of(
          "grpc", "health, reflection and channelz are for those who run the shop",
          "bookmarket.orders.v1", "it trusts its caller for the buyer and the prices");

  private final Map<String, JsonRpcMethod> methods = new HashMap<>();

  /**
   * A client that calls through those channels. Whether a service is there does not matter: its
   * methods exist, and fail.
   *
   * @param contracts the contracts that are served at each channel
   */
  public GatewayClient(Map<Channel, List<FileDescriptor>> contracts) {
    contracts.forEach(
        (channel, files) ->
            files.stream()
                .flatMap(file -> file.getServices().stream())
                .filter(GatewayClient::isPublic)
                .flatMap(service -> service.getMethods().stream())
                .filter(GatewayClient::isUnary)
                .forEach(rpc -> methods.put(rpc.getFullName(), new UnaryClient(channel, rpc))));
    var hello = methods.get("GrpcService.hello");
    if (hello != null) {
      methods.put("hello", params -> resultOf(hello.call(params)));
    }
  }

  /** All of them by their full names, such as {@code helloworld.Greeter.SayHello}. */
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

  /** The oldest client knows {@code hello} as a method that returns a string. */
  private static CompletableFuture<JsonElement> resultOf(CompletableFuture<JsonElement> answer) {
    return answer.thenApply(response -> response.getAsJsonObject().get("result"));
  }
}
