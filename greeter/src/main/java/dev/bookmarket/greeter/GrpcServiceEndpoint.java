package dev.bookmarket.greeter;

import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc.GrpcServiceImplBase;
import dev.bookmarket.protobufs.grpcservice.HelloRequest;
import dev.bookmarket.protobufs.grpcservice.HelloResponse;
import io.grpc.stub.StreamObserver;

/** The contract of two tutorials: translates requests for the {@link Greeter} and its answers. */
final class GrpcServiceEndpoint extends GrpcServiceImplBase {
  private final Greeter greeter;

  GrpcServiceEndpoint(Greeter greeter) {
    this.greeter = greeter;
  }

  @Override
  public void hello(HelloRequest request, StreamObserver<HelloResponse> reply) {
    reply.onNext(responseOf(greeter.echo(request.getData(), request.getSkill().getName())));
    reply.onCompleted();
  }

  private static HelloResponse responseOf(Echo echo) {
    return HelloResponse.newBuilder()
        .setResult(echo.words())
        .putAllMapResult(echo.numbers())
        .build();
  }
}
