package dev.bookmarket.runtime.server;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Context;
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
    var method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(HealthGrpc.getWatchMethod().getFullMethodName())) {
      open.add(call);
      // gRPC cancels the context of a call when the call ends.
      Context.current().addListener(context -> open.remove(call), MoreExecutors.directExecutor());
    }
    return next.startCall(call, headers);
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
