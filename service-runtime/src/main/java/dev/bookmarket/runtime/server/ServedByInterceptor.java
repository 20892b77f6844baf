package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.ReplicaName;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Adds the name of this replica to the headers of every response, or to the trailers if the
 * response has no headers.
 */
final class ServedByInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          private boolean headersSent;

          @Override
          public void sendHeaders(Metadata headers) {
            headersSent = true;
            super.sendHeaders(withName(headers));
          }

          @Override
          public void close(Status status, Metadata trailers) {
            super.close(status, headersSent ? trailers : withName(trailers));
          }
        },
        headers);
  }

  /** Returns a copy with the name, because the endpoint may use the metadata for several calls. */
  private static Metadata withName(Metadata metadata) {
    var copy = new Metadata();
    copy.merge(metadata);
    copy.put(ReplicaName.HEADER, ReplicaName.name());
    return copy;
  }
}
