package dev.bookmarket.runtime.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the open health watches of a server so that it can close them. A watch never ends by
 * itself, so the stop would wait for it until its timeout. Safe for concurrent use.
 */
final class HealthWatches implements ServerInterceptor {
  private final Set<ServerCall<?, ?>> open = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var listener = next.startCall(call, headers);
    if (!call.getMethodDescriptor()
        .getFullMethodName()
        .equals(HealthGrpc.getWatchMethod().getFullMethodName())) {
      return listener;
    }
    open.add(call);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        open.remove(call);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(call);
        super.onComplete();
      }
    };
  }

  /** Closes all watches; called after the last health change. */
  void close() {
    open.removeIf(
        call -> {
          call.close(Status.UNAVAILABLE.withDescription("stopping"), new Metadata());
          return true;
        });
  }
}
