package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterFutureStub;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the greeter. A greeting is optional content, and the only one whose lack a page does not
 * mention: nobody came to the shop for it.
 */
public final class GreeterClient {
  private static final String SERVICE = "Greeter";

  private final GreeterFutureStub greeter;

  /** A client that calls through that channel. */
  public GreeterClient(Channel channel) {
    greeter = GreeterGrpc.newFutureStub(channel);
  }

  /** The words for a visitor; nothing at all where the service gives no answer in time. */
  public CompletableFuture<Optional<String>> greeting(NamedVisitor visitor) {
    var request = HelloRequest.newBuilder().setName(visitor.name().text()).build();
    var call = visitor.greeted() ? greeter.sayHelloAgain(request) : greeter.sayHello(request);
    return GrpcFutures.optional(
        SERVICE, GrpcFutures.responseOf(SERVICE, call).thenApply(HelloReply::getMessage));
  }
}
