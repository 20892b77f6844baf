package dev.bookmarket.marketplace;

import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc.GrpcServiceImplBase;
import dev.bookmarket.protobufs.grpcservice.HelloResponse;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterImplBase;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A greeter service on a real socket that responds as a test configures it. At first it works. Safe
 * for concurrent use.
 */
public final class ScriptedGreeter implements AutoCloseable {
  private final AtomicInteger calls = new AtomicInteger();
  private final GrpcServer server;
  private volatile Optional<Status> failure = Optional.empty();
  private volatile boolean hanging;

  private ScriptedGreeter() {
    server =
        GrpcServer.start(
            new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1)),
            List.of(new Endpoint(), new Echo()),
            channel -> {});
  }

  /** Starts the service on a free port of the loopback. */
  public static ScriptedGreeter start() {
    return new ScriptedGreeter();
  }

  /** Returns the port of the service. */
  public int port() {
    return server.port();
  }

  /** Returns the number of calls received so far, including retries. */
  public int calls() {
    return calls.get();
  }

  /** Responds to all further calls. */
  public void work() {
    failure = Optional.empty();
    hanging = false;
  }

  /** Fails all further calls with this status. */
  public void failWith(Status status) {
    failure = Optional.of(status);
  }

  /** Does not respond to further calls. */
  public void hang() {
    hanging = true;
  }

  @Override
  public void close() {
    server.close();
  }

  private <A> void respond(StreamObserver<A> reply, A response) {
    calls.incrementAndGet();
    var status = failure;
    if (status.isPresent()) {
      reply.onError(status.get().asRuntimeException());
    } else if (!hanging) {
      reply.onNext(response);
      reply.onCompleted();
    }
  }

  private final class Endpoint extends GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> reply) {
      respond(reply, "Hello, " + request.getName() + "!");
    }

    @Override
    public void sayHelloAgain(HelloRequest request, StreamObserver<HelloReply> reply) {
      respond(reply, "Hello again, " + request.getName() + "!");
    }

    private void respond(StreamObserver<HelloReply> reply, String message) {
      ScriptedGreeter.this.respond(reply, HelloReply.newBuilder().setMessage(message).build());
    }
  }

  private final class Echo extends GrpcServiceImplBase {
    @Override
    public void hello(
        dev.bookmarket.protobufs.grpcservice.HelloRequest request,
        StreamObserver<HelloResponse> reply) {
      var result = request.getData() + request.getSkill().getName() + " this is gprc test service";
      respond(reply, HelloResponse.newBuilder().setResult(result).putMapResult("12", 1232).build());
    }
  }
}
