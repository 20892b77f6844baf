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
 * The greeter on a real socket, with both of its endpoints, answering as a test wants; at first it
 * works. Safe for concurrent use.
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

  /** One on a free port of the loopback. */
  public static ScriptedGreeter start() {
    return new ScriptedGreeter();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** How many attempts have arrived so far. */
  public int calls() {
    return calls.get();
  }

  /** Answers from now on. */
  public void work() {
    failure = Optional.empty();
    hanging = false;
  }

  /** Fails every call from now on with that status. */
  public void failWith(Status status) {
    failure = Optional.of(status);
  }

  /** Lets every call from now on wait for ever. */
  public void hang() {
    hanging = true;
  }

  @Override
  public void close() {
    server.close();
  }

  private <A> void answer(StreamObserver<A> reply, A answer) {
    calls.incrementAndGet();
    var status = failure;
    if (status.isPresent()) {
      reply.onError(status.get().asRuntimeException());
    } else if (!hanging) {
      reply.onNext(answer);
      reply.onCompleted();
    }
  }

  private final class Endpoint extends GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> reply) {
      answer(reply, "Hello, " + request.getName() + "!");
    }

    @Override
    public void sayHelloAgain(HelloRequest request, StreamObserver<HelloReply> reply) {
      answer(reply, "Hello again, " + request.getName() + "!");
    }

    private void answer(StreamObserver<HelloReply> reply, String message) {
      ScriptedGreeter.this.answer(reply, HelloReply.newBuilder().setMessage(message).build());
    }
  }

  private final class Echo extends GrpcServiceImplBase {
    @Override
    public void hello(
        dev.bookmarket.protobufs.grpcservice.HelloRequest request,
        StreamObserver<HelloResponse> reply) {
      var words = request.getData() + request.getSkill().getName() + " this is gprc test service";
      answer(reply, HelloResponse.newBuilder().setResult(words).putMapResult("12", 1232).build());
    }
  }
}
