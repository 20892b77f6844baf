package dev.bookmarket.greeter;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterImplBase;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;

/** Serves the contract of gRPC's quick start: converts its messages for the {@link Greeter}. */
final class GreeterEndpoint extends GreeterImplBase {
  private final Greeter greeter;

  GreeterEndpoint(Greeter greeter) {
    this.greeter = greeter;
  }

  /** Calls each RPC a few times, so that the first caller does not wait for a cold JVM. */
  static void warmUp(Channel channel) {
    var greeter = GreeterGrpc.newBlockingStub(channel);
    var request = HelloRequest.newBuilder().setName("warm-up").build();
    for (int round = 0; round < 4; round++) {
      greeter.sayHello(request);
      greeter.sayHelloAgain(request);
    }
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
