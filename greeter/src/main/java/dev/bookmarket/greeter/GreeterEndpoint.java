package dev.bookmarket.greeter;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterImplBase;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import io.grpc.stub.StreamObserver;

/** The quick start's contract: translates requests for the {@link Greeter} and its answers. */
final class GreeterEndpoint extends GreeterImplBase {
  private final Greeter greeter;

  GreeterEndpoint(Greeter greeter) {
    this.greeter = greeter;
  }

  @Override
  public void sayHello(HelloRequest request, StreamObserver<HelloReply> reply) {
    reply.onNext(replyOf(greeter.hello(request.getName())));
    reply.onCompleted();
  }

  @Override
  public void sayHelloAgain(HelloRequest request, StreamObserver<HelloReply> reply) {
    reply.onNext(replyOf(greeter.helloAgain(request.getName())));
    reply.onCompleted();
  }

  private static HelloReply replyOf(String message) {
    return HelloReply.newBuilder().setMessage(message).build();
  }
}
