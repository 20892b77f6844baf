package dev.bookmarket.runtime.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a read once, within the same deadline, if its connection was lost in a way that gRPC does
 * not retry: after the first header of the response, or before the request was written.
 */
final class TruncatedReadRetryInterceptor implements ClientInterceptor {
  private final Set<String> reads;

  /** Creates an interceptor that repeats calls of these unary methods, given by full names. */
  TruncatedReadRetryInterceptor(Set<String> reads) {
    this.reads = reads;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return reads.contains(method.getFullMethodName())
        ? new RetryingCall<>(method, options, next)
        : next.newCall(method, options);
  }

  private static final class RetryingCall<Q, A> extends ForwardingClientCall<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final Channel next;
    private final Metadata requestHeaders = new Metadata();
    private @Nullable Q request;
    private volatile ClientCall<Q, A> current;

    RetryingCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      this.method = method;
      this.options = options;
      this.next = next;
      current = next.newCall(method, options);
    }

    @Override
    protected ClientCall<Q, A> delegate() {
      return current;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      requestHeaders.merge(headers);
      super.start(new FirstAttemptListener(listener), headers);
    }

    @Override
    public void sendMessage(Q message) {
      request = message;
      super.sendMessage(message);
    }

    private void retry(Q request, Listener<A> listener) {
      var secondAttempt = next.newCall(method, options);
      current = secondAttempt;
      secondAttempt.start(listener, requestHeaders);
      secondAttempt.request(2); // like gRPC's unary calls, to detect a second message
      secondAttempt.sendMessage(request);
      secondAttempt.halfClose();
    }

    /** Buffers the response of the first attempt until it is complete. */
    private final class FirstAttemptListener extends Listener<A> {
      private final Listener<A> listener;
      private @Nullable Metadata headers;
      private @Nullable A message;

      FirstAttemptListener(Listener<A> listener) {
        this.listener = listener;
      }

      @Override
      public void onReady() {
        listener.onReady();
      }

      @Override
      public void onHeaders(Metadata headers) {
        this.headers = headers;
      }

      @Override
      public void onMessage(A message) {
        this.message = message;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        var isTruncated = headers != null && status.getCode() == Status.Code.UNAVAILABLE;
        if (request != null && (isTruncated || LostConnectionInterceptor.isUnknown(status))) {
          retry(request, listener);
          return;
        }
        if (headers != null) {
          listener.onHeaders(headers);
        }
        if (message != null) {
          listener.onMessage(message);
        }
        listener.onClose(status, trailers);
      }
    }
  }
}
