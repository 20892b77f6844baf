package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.bookmarket.protobufs.catalogue.v1.Catalogue;
import dev.bookmarket.protobufs.grpcservice.GrpcServiceOuterClass;
import dev.bookmarket.protobufs.helloworld.Helloworld;
import dev.bookmarket.protobufs.order.OrderHandlerOuterClass;
import dev.bookmarket.protobufs.orders.v1.Orders;
import dev.bookmarket.protobufs.recommendations.RecommendationsOuterClass;
import io.grpc.Channel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Serves the public unary RPCs of the backends as JSON-RPC methods, found in the contracts: a new
 * RPC needs no change here. Safe for concurrent use.
 */
public final class GatewayClient {
  /** The proto packages, with their subpackages, whose services are not public, with the reason. */
  static final Map<String, String> NOT_PUBLIC =
      Map.of(
          "grpc", "health, reflection and channelz are for operators",
          "bookmarket.orders.v1", "it trusts the buyer id and the prices that its caller sends");

  private final Map<String, JsonRpcMethod> methods = new HashMap<>();

  /** Creates a client that calls the services through these channels. */
  public GatewayClient(Channel recommendations, Channel orders, Channel greeter) {
    addAll(recommendations, RecommendationsOuterClass.getDescriptor());
    addAll(recommendations, Catalogue.getDescriptor());
    addAll(orders, Orders.getDescriptor());
    addAll(orders, OrderHandlerOuterClass.getDescriptor());
    addAll(greeter, Helloworld.getDescriptor());
    addAll(greeter, GrpcServiceOuterClass.getDescriptor());
    // The oldest client calls this method "hello" and expects a string.
    var hello = Objects.requireNonNull(methods.get("GrpcService.hello"));
    methods.put("hello", params -> hello.call(params).thenApply(GatewayClient::resultOf));
  }

  private static byte[] resultOf(byte[] response) {
    var json = JsonParser.parseString(new String(response, StandardCharsets.UTF_8));
    return json.getAsJsonObject().get("result").toString().getBytes(StandardCharsets.UTF_8);
  }

  private void addAll(Channel channel, FileDescriptor contract) {
    contract.getServices().stream()
        .filter(GatewayClient::isPublic)
        .flatMap(service -> service.getMethods().stream())
        .filter(rpc -> !rpc.isClientStreaming() && !rpc.isServerStreaming())
        .forEach(rpc -> methods.put(rpc.getFullName(), new DynamicGrpcClient(channel, rpc)));
  }

  /** Returns the methods by their full names, such as {@code helloworld.Greeter.SayHello}. */
  public Map<String, JsonRpcMethod> methods() {
    return Map.copyOf(methods);
  }

  private static boolean isPublic(ServiceDescriptor service) {
    return NOT_PUBLIC.keySet().stream()
        .noneMatch(hidden -> service.getFullName().startsWith(hidden + "."));
  }
}
