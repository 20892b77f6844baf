package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.trace.SpanCollector;
import dev.bookmarket.runtime.trace.TraceHeaders;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.context.Context;

/** Adds the spans of a call to the trailers of its response, if the caller asks for them. */
final class TraceInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var spans = SpanCollector.of(Context.current());
    return next.startCall(
        spans.isEmpty()
            ? call
            : new SimpleForwardingServerCall<Q, A>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                super.close(status, TraceHeaders.withTrace(trailers, spans.get().toTrace()));
              }
            },
        headers);
  }
}
