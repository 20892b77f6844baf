package dev.bookmarket.greeter;

import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc;
import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc.GrpcServiceImplBase;
import dev.bookmarket.protobufs.grpcservice.HelloRequest;
import dev.bookmarket.protobufs.grpcservice.HelloResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;

/** Serves the contract of two tutorials: converts its messages for the {@link Greeter}. */
final class GrpcServiceEndpoint extends GrpcServiceImplBase {
  private final Greeter greeter;

  GrpcServiceEndpoint(Greeter greeter) {
    this.greeter = greeter;
  }

  /** Calls the RPC a few times, so that the first caller does not wait for a cold JVM. */
  static void warmUp(Channel channel) {
    var service = GrpcServiceGrpc.newBlockingStub(channel);
    var request = HelloRequest.newBuilder().setData("warm-up").build();
    for (int round = 0; round < 4; round++) {
      service.hello(request);
    }
  }

  @Override
  public void hello(HelloRequest request, StreamObserver<HelloResponse> reply) {
    reply.onNext(responseOf(greeter.echo(request.getData(), request.getSkill().getName())));
    reply.onCompleted();
  }

  private static HelloResponse responseOf(Echo echo) {
    return HelloResponse.newBuilder()
        .setResult(echo.text())
        .putAllMapResult(echo.numbers())
        .build();
  }
}
