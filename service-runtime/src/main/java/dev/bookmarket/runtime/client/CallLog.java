package dev.bookmarket.runtime.client;

import com.google.common.base.Stopwatch;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.ReplicaName;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientCall.Listener;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records the calls that are made for one request. gRPC's {@link Context} carries the log: a call
 * is recorded in the log of the context that starts it. Its callbacks run in the same context, so
 * the calls that they start are recorded too. Safe for concurrent use.
 */
public final class CallLog {
  private static final Context.Key<CallLog> CURRENT = Context.key("call log");

  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();

  /** Runs the task; records the calls that it starts. */
  public <R> R record(Callable<R> task) throws Exception {
    return Context.current().withValue(CURRENT, this).call(task);
  }

  /** Returns the calls until now, in the order in which they started. */
  public List<CallRecord> records() {
    return entries.stream().map(Entry::toRecord).toList();
  }

  /**
   * Returns an interceptor that records the calls of a channel, and sends the priority of the
   * current request with each. Retries by gRPC are part of one call, with the result of the last
   * attempt.
   */
  static ClientInterceptor interceptor() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var log = CURRENT.get();
        var priority = Priority.KEY.get();
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            if (priority != Priority.NORMAL) {
              headers.put(Priority.HEADER, priority.name());
            }
            super.start(log == null ? listener : log.recorded(method, listener), headers);
          }
        };
      }
    };
  }

  private <A> Listener<A> recorded(MethodDescriptor<?, A> method, Listener<A> listener) {
    var entry = new Entry(nameOf(method));
    entries.add(entry);
    return new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onHeaders(Metadata headers) {
        entry.setReplica(headers);
        super.onHeaders(headers);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        // Record first: the listener may use the log as soon as it has the response.
        entry.setReplica(trailers);
        entry.end(status);
        super.onClose(status, trailers);
      }
    };
  }

  private static String nameOf(MethodDescriptor<?, ?> method) {
    var service = Objects.requireNonNullElse(method.getServiceName(), "");
    return service.substring(service.lastIndexOf('.') + 1) + "/" + method.getBareMethodName();
  }

  /** One call; written by threads of gRPC and read by others. */
  private static final class Entry {
    private final String method;
    private final Stopwatch time = Stopwatch.createStarted();
    private String replica = "";
    private String outcome = CallRecord.PENDING;

    Entry(String method) {
      this.method = method;
    }

    synchronized void setReplica(Metadata response) {
      replica = Objects.requireNonNullElse(response.get(ReplicaName.HEADER), replica);
    }

    synchronized void end(Status status) {
      time.stop();
      outcome = status.getCode().name();
    }

    synchronized CallRecord toRecord() {
      return new CallRecord(method, replica, time.elapsed(), outcome);
    }
  }
}
