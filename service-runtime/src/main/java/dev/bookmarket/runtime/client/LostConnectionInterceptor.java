package dev.bookmarket.runtime.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;

/**
 * Reports every lost connection as UNAVAILABLE. gRPC reports UNKNOWN if the connection was closed
 * after the call was assigned to it and before the request was written.
 */
final class LostConnectionInterceptor implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(isUnknown(status) ? unavailable(status) : status, trailers);
              }
            },
            headers);
      }
    };
  }

  /**
   * Returns whether gRPC reports UNKNOWN for a lost connection. An UNKNOWN that a server sent has
   * no cause.
   */
  static boolean isUnknown(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException;
  }

  private static Status unavailable(Status status) {
    return Status.UNAVAILABLE.withDescription(status.getDescription()).withCause(status.getCause());
  }
}
