package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.Replica;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls to backends that are made for one page. They are told from those of other pages by
 * gRPC's {@link Context}: a call belongs to the page in whose context it is made, and its answer is
 * dealt with in the same, so that the calls that follow from it belong to that page too. Safe for
 * concurrent use.
 */
public final class CallLog {
  private static final Context.Key<CallLog> OF_THIS_PAGE = Context.key("calls of this page");

  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

  /** Does the work of a page, so far as this thread does it; the calls in it are the page's. */
  public <R> R during(Callable<R> work) throws Exception {
    return Context.current().withValue(OF_THIS_PAGE, this).call(work);
  }

  /** What there is to tell by now, in the order in which the calls began. */
  public List<CallRecord> soFar() {
    return calls.stream().map(Call::soFar).toList();
  }

  /**
   * Notes what goes through a channel. What gRPC tries again by itself is one call, with the answer
   * of the last try.
   */
  public static ClientInterceptor recording() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var call = next.newCall(method, options);
        var page = OF_THIS_PAGE.get();
        return page == null ? call : page.recorded(call, method);
      }
    };
  }

  private <Q, A> ClientCall<Q, A> recorded(ClientCall<Q, A> call, MethodDescriptor<Q, A> method) {
    return new SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        var begun = new Call(nameOf(method));
        calls.add(begun);
        super.start(new Noting<>(listener, begun), headers);
      }
    };
  }

  private static String nameOf(MethodDescriptor<?, ?> method) {
    var service = Objects.requireNonNullElse(method.getServiceName(), "");
    return service.substring(service.lastIndexOf('.') + 1) + "/" + method.getBareMethodName();
  }

  private static final class Noting<A> extends SimpleForwardingClientCallListener<A> {
    private final Call call;

    Noting(ClientCall.Listener<A> listener, Call call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onHeaders(Metadata headers) {
      call.answeredBy(headers.get(Replica.HEADER));
      super.onHeaders(headers);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      // Before the answer is passed on: it may be the last that its page waits for.
      call.answeredBy(trailers.get(Replica.HEADER));
      call.end(status);
      super.onClose(status, trailers);
    }
  }

  /** One call, noted by gRPC's threads and read by the one that renders the page. */
  private static final class Call {
    private final String method;
    private final long begin = System.nanoTime();
    private long end;
    private String replica = "";
    private @Nullable Status status;

    Call(String method) {
      this.method = method;
    }

    synchronized void answeredBy(@Nullable String name) {
      if (name != null) {
        replica = name;
      }
    }

    synchronized void end(Status status) {
      end = System.nanoTime();
      this.status = status;
    }

    synchronized CallRecord soFar() {
      var took = Duration.ofNanos((status == null ? System.nanoTime() : end) - begin);
      var outcome = status == null ? CallRecord.PENDING : status.getCode().name();
      return new CallRecord(method, replica, took, outcome);
    }
  }
}
