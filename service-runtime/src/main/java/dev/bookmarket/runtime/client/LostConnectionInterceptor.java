package dev.bookmarket.runtime.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports every lost connection as UNAVAILABLE: gRPC reports UNKNOWN if the connection was closed
 * after the call was assigned to it and before the request was written. Repeats a read once, within
 * the same deadline, if its connection was lost in a way that gRPC does not retry: after the first
 * header of the response, or before the request was written.
 */
final class LostConnectionInterceptor implements ClientInterceptor {
  private final Set<String> reads;
  private final OutlierDetection.Copies copies;

  /**
   * Creates an interceptor that repeats calls of these unary methods, given by full names, and
   * sends copies of them to ejected replicas.
   */
  LostConnectionInterceptor(Set<String> reads, OutlierDetection.Copies copies) {
    this.reads = reads;
    this.copies = copies;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new ForwardingClientCall<>() {
      private volatile ClientCall<Q, A> attempt = next.newCall(method, options);
      private boolean mayRepeat = reads.contains(method.getFullMethodName());
      private @Nullable Q request;

      @Override
      protected ClientCall<Q, A> delegate() {
        return attempt;
      }

      @Override
      public void start(Listener<A> listener, Metadata headers) {
        var headersOfRepetition = new Metadata();
        headersOfRepetition.merge(headers);
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              /** The response of an attempt that may be repeated, until it is complete. */
              private final List<Runnable> response = new ArrayList<>();

              @Override
              public void onHeaders(Metadata headers) {
                receive(() -> super.onHeaders(headers));
              }

              @Override
              public void onMessage(A message) {
                receive(() -> super.onMessage(message));
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                var isTruncated =
                    !response.isEmpty() && status.getCode() == Status.Code.UNAVAILABLE;
                if (mayRepeat && request != null && (isTruncated || isUnknown(status))) {
                  mayRepeat = false;
                  repeat(request, listener, headersOfRepetition);
                } else {
                  response.forEach(Runnable::run);
                  super.onClose(isUnknown(status) ? unavailable(status) : status, trailers);
                }
              }

              private void receive(Runnable event) {
                if (mayRepeat) {
                  response.add(event);
                } else {
                  event.run();
                }
              }
            },
            headers);
      }

      @Override
      public void sendMessage(Q message) {
        request = message;
        super.sendMessage(message);
        if (mayRepeat) {
          copies.send(method, options, message);
        }
      }

      private void repeat(Q request, Listener<A> listener, Metadata headers) {
        attempt = next.newCall(method, options);
        start(listener, headers);
        request(2); // like gRPC's unary calls, to detect a second message
        sendMessage(request);
        halfClose();
      }
    };
  }

  /**
   * Returns whether gRPC reports UNKNOWN for a lost connection. An UNKNOWN that a server sent has
   * no cause.
   */
  private static boolean isUnknown(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException;
  }

  private static Status unavailable(Status status) {
    return Status.UNAVAILABLE.withDescription(status.getDescription()).withCause(status.getCause());
  }
}
