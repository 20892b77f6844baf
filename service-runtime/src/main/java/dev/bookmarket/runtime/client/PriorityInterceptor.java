package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.Priority;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Sends the priority of the current request with each call. */
final class PriorityInterceptor implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    var priority = Priority.KEY.get();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> responses, Metadata headers) {
        if (priority != Priority.NORMAL) {
          headers.put(Priority.HEADER, priority.name());
        }
        super.start(responses, headers);
      }
    };
  }
}
