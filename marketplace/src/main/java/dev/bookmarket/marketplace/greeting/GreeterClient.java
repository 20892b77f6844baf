package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterFutureStub;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The client of the greeter. A greeting is optional content: pages omit it without a notice. */
public final class GreeterClient {
  private static final String SERVICE = "Greeter";

  private final GreeterFutureStub greeter;

  /** Creates a client that calls through the channel. */
  public GreeterClient(Channel channel) {
    greeter = GreeterGrpc.newFutureStub(channel);
  }

  /** Returns the greeting of a visitor; empty if the greeter is unavailable. */
  public CompletableFuture<Optional<String>> greeting(NamedVisitor visitor) {
    var request = HelloRequest.newBuilder().setName(visitor.name()).build();
    var call = visitor.greeted() ? greeter.sayHelloAgain(request) : greeter.sayHello(request);
    return GrpcFutures.optional(
        SERVICE, GrpcFutures.responseOf(SERVICE, call).thenApply(HelloReply::getMessage));
  }
}
