package dev.bookmarket.marketplace;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterImplBase;
import dev.bookmarket.protobufs.helloworld.HelloReply;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.GrpcServer;
import dev.bookmarket.runtime.GrpcServerConfig;
import dev.bookmarket.runtime.ListenAddress;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The greeter on a real socket, answering as a test wants; at first it works. Safe for concurrent
 * use.
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
            List.of(new Endpoint()),
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
      calls.incrementAndGet();
      var status = failure;
      if (status.isPresent()) {
        reply.onError(status.get().asRuntimeException());
      } else if (!hanging) {
        reply.onNext(HelloReply.newBuilder().setMessage(message).build());
        reply.onCompleted();
      }
    }
  }
}
