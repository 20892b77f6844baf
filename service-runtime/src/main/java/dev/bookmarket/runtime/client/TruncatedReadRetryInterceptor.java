package dev.bookmarket.runtime.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a read once, within the same deadline, if its connection was lost in a way that gRPC does
 * not retry: after the first header of the response, or before the request was written.
 */
final class TruncatedReadRetryInterceptor implements ClientInterceptor {
  private final Set<String> reads;

  /** For the methods with these full names, all of them unary. */
  TruncatedReadRetryInterceptor(Set<String> reads) {
    this.reads = reads;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return reads.contains(method.getFullMethodName())
        ? new Read<>(method, options, next)
        : next.newCall(method, options);
  }

  private static final class Read<Q, A> extends ForwardingClientCall<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final Channel next;
    private final Metadata headers = new Metadata();
    private @Nullable Q question;
    private volatile ClientCall<Q, A> asking;

    Read(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      this.method = method;
      this.options = options;
      this.next = next;
      asking = next.newCall(method, options);
    }

    @Override
    protected ClientCall<Q, A> delegate() {
      return asking;
    }

    @Override
    public void start(Listener<A> listener, Metadata sent) {
      headers.merge(sent);
      super.start(new FirstAnswer(listener), sent);
    }

    @Override
    public void sendMessage(Q message) {
      question = message;
      super.sendMessage(message);
    }

    private void askAgain(Listener<A> listener) {
      var second = next.newCall(method, options);
      asking = second;
      second.start(listener, headers);
      second.request(2); // as a unary call does, to notice an answer too many
      second.sendMessage(Objects.requireNonNull(question, "it was answered"));
      second.halfClose();
    }

    /** Keeps the answer to itself until it is whole. */
    private final class FirstAnswer extends Listener<A> {
      private final Listener<A> listener;
      private @Nullable Metadata received;
      private @Nullable A answer;

      FirstAnswer(Listener<A> listener) {
        this.listener = listener;
      }

      @Override
      public void onReady() {
        listener.onReady();
      }

      @Override
      public void onHeaders(Metadata received) {
        this.received = received;
      }

      @Override
      public void onMessage(A answer) {
        this.answer = answer;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        var wasCut = received != null && status.getCode() == Status.Code.UNAVAILABLE;
        if (question != null && (wasCut || LostConnectionInterceptor.isUnknown(status))) {
          askAgain(listener);
          return;
        }
        if (received != null) {
          listener.onHeaders(received);
        }
        if (answer != null) {
          listener.onMessage(answer);
        }
        listener.onClose(status, trailers);
      }
    }
  }
}
