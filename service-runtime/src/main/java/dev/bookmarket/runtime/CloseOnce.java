package dev.bookmarket.runtime;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call that ignores a second close, which would be an error: a call may fail after its end. */
final class CloseOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private boolean closed;

  CloseOnce(ServerCall<Q, A> call) {
    super(call);
  }

  /** Takes note that the call has ended by itself. */
  void ended() {
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
