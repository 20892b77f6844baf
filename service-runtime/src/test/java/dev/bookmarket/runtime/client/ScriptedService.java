package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of {@link OneRpc} that counts its calls and fails as a test requires. */
final class ScriptedService implements AutoCloseable {
  /** Handles a call; returns whether it did. */
  private interface Script {
    boolean handle(StreamObserver<String> reply);
  }

  /** A deadline of 20 s, which a call to a working service meets on a busy machine, too. */
  static final ServiceConfig READS = ServiceConfig.fromResource(BackendTest.class, "reads.json");

  /** A deadline of 1 s, for tests of calls that miss it. */
  static final ServiceConfig HURRIED_READS =
      ServiceConfig.fromResource(BackendTest.class, "hurried-reads.json");

  static final ServiceConfig WRITES = ServiceConfig.fromResource(BackendTest.class, "writes.json");

  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger calls = new AtomicInteger();
  private final GrpcServer server;
  private volatile Script script = reply -> false;

  private ScriptedService(ListenAddress listen, Duration maxConnectionAge) {
    server =
        GrpcServer.start(
            new GrpcServerConfig(listen, Duration.ZERO, maxConnectionAge),
            List.of(new OneRpc((request, reply) -> respond(reply))),
            channel -> {});
  }

  /** Starts a server on a free loopback port. */
  static ScriptedService start() {
    return new ScriptedService(ListenAddress.anyFreePort(), LONG);
  }

  /** Starts a server on that port of that address of this machine. */
  static ScriptedService start(String address, int port) {
    return start(address, port, LONG);
  }

  /** Like {@link #start(String, int)}, with a maximum age of connections. */
  static ScriptedService start(String address, int port, Duration maxConnectionAge) {
    try {
      return new ScriptedService(
          new ListenAddress(InetAddress.getByName(address), port, "no variable"), maxConnectionAge);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return server.port();
  }

  /** Returns how many attempts have arrived so far. */
  int calls() {
    return calls.get();
  }

  /** Fails every call from now on. */
  void failWith(Status status) {
    failFirst(Integer.MAX_VALUE, status);
  }

  /** Fails that many calls, then works. */
  void failFirst(int times, Status status) {
    var left = new AtomicInteger(times);
    script =
        reply -> {
          var fails = left.getAndDecrement() > 0;
          if (fails) {
            reply.onError(status.asRuntimeException());
          }
          return fails;
        };
  }

  /** Sends a response but fails that many calls before their end, like a killed process. */
  void truncateFirst(int times) {
    var left = new AtomicInteger(times);
    script =
        reply -> {
          var fails = left.getAndDecrement() > 0;
          if (fails) {
            reply.onNext("truncated");
            reply.onError(Status.UNAVAILABLE.asRuntimeException());
          }
          return fails;
        };
  }

  /** Fails every second call from now on. */
  void failHalf(Status status) {
    var number = new AtomicInteger();
    script =
        reply -> {
          var fails = number.getAndIncrement() % 2 == 0;
          if (fails) {
            reply.onError(status.asRuntimeException());
          }
          return fails;
        };
  }

  /** Does not respond to any call from now on. */
  void hang() {
    script = reply -> true;
  }

  /** Responds to each call from now on after that time. */
  void delay(Duration time) {
    script =
        reply -> {
          CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
              .execute(() -> OneRpc.reply("late", reply));
          return true;
        };
  }

  /** Responds to each call from now on. */
  void work() {
    script = reply -> false;
  }

  @Override
  public void close() {
    server.close();
  }

  private void respond(StreamObserver<String> reply) {
    calls.incrementAndGet();
    if (!script.handle(reply)) {
      OneRpc.reply("ok", reply);
    }
  }

  /** Calls the service once; returns the status of the call. */
  static Status.Code codeOf(Backend backend) {
    try {
      var unused =
          ClientCalls.blockingUnaryCall(
              backend.channel(), OneRpc.CALL, CallOptions.DEFAULT, "request");
      return Status.Code.OK;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode();
    }
  }
}
