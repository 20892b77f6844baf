package dev.bookmarket.runtime.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Ignores all closes of a call but the first: an endpoint may throw after it has closed the call,
 * and gRPC rejects a second close.
 */
final class CloseOnceServerCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private boolean closed;

  CloseOnceServerCall(ServerCall<Q, A> call) {
    super(call);
  }

  /** Marks the call as closed, for example because the client cancelled it. */
  void markClosed() {
    closed = true;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!closed) {
      closed = true;
      super.close(status, trailers);
    }
  }
}
