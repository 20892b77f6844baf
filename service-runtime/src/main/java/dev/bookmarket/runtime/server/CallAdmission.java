package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.telemetry.AdmissionMetrics;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits only as many calls to a server as it can finish in time. The decision is made on Netty's
 * thread when the request arrives, before anything waits: an admitted call runs in the {@link
 * HandlerThreads}, and the server rejects any other call with {@link CallRejection} at once. Health
 * checks have their own thread. A call whose deadline expires while it waits does not start.
 *
 * <p>Only waiting and running handlers count: a client that sends no request or does not read its
 * responses occupies no thread and no place. Calls of a client that occupies too much memory in
 * that way are rejected. Handlers of streams of requests always continue once they have started.
 */
final class CallAdmission implements ServerCallExecutorSupplier, ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(CallAdmission.class);
  private static final Context.Key<AdmittedCall> CALL = Context.key("call");

  private final KeptBytes keptBytes = new KeptBytes();
  private final HandlerThreads threads;
  private final AdmissionMetrics metrics;
  private final HandlerThreads healthThread = HandlerThreads.forHealthChecks();

  /** Creates the admission of one server, whose handlers run on these threads. */
  CallAdmission(HandlerThreads threads, AdmissionMetrics metrics) {
    this.threads = threads;
    this.metrics = metrics;
  }

  /**
   * Makes a server decide about all its calls; must be added after the interceptors of services.
   */
  void addTo(ServerBuilder<?> server) {
    server.directExecutor().callExecutor(this).intercept(this);
    server.addTransportFilter(keptBytes);
    server.addStreamTracerFactory(
        new ServerStreamTracer.Factory() {
          @Override
          public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return callOf(method, headers);
          }
        });
  }

  private AdmittedCall callOf(String method, Metadata headers) {
    return method.startsWith(HealthGrpc.SERVICE_NAME + "/")
        ? new AdmittedCall(healthThread, Priority.ORDER)
        : new AdmittedCall(threads, Priority.of(headers));
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return CALL.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var admission = CALL.get();
    admission.call = call;
    if (admission.state == State.REJECTED || admission.kept.areTooMany()) {
      admission.reject();
      return new ServerCall.Listener<>() {};
    }
    var observed =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            admission.state = State.ENDED;
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(observed, headers)) {
      @Override
      public void onMessage(Q message) {
        if (mayContinue()) {
          super.onMessage(message);
          admission.kept.requestParsed();
        }
      }

      @Override
      public void onHalfClose() {
        if (mayContinue()) {
          super.onHalfClose();
        }
      }

      private boolean mayContinue() {
        // The handler of a stream of requests has already started.
        if (admission.state == State.REJECTED
            || (!admission.isStream && admission.kept.areTooMany())) {
          admission.reject();
          return false;
        }
        // gRPC closes a call whose deadline has expired.
        var deadline = Context.current().getDeadline();
        return !Context.current().isCancelled() && (deadline == null || !deadline.isExpired());
      }
    };
  }

  /** The progress of a call. */
  private enum State {
    /** No message of the request has arrived. */
    WAITING,
    ACTIVE,
    REJECTED,
    ENDED
  }

  /**
   * Decides where each step of one call runs. gRPC runs the steps one after the other: the start,
   * the messages of the request, its end, and the end of the call. The handler of a stream of
   * requests starts with the call, any other at the end of the request.
   */
  private final class AdmittedCall extends ServerStreamTracer implements Executor {
    private final HandlerThreads threads;
    private final Priority priority;
    private final KeptBytes.OfCall kept = keptBytes.new OfCall();
    private @Nullable ServerCall<?, ?> call; // null before its start and after its rejection
    private volatile boolean isStream;
    private volatile boolean isAdmitted;
    private volatile State state = State.WAITING;

    AdmittedCall(HandlerThreads threads, Priority priority) {
      this.threads = threads;
      this.priority = priority;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CALL, this);
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      isStream = !call.getMethodDescriptor().getType().clientSendsOneMessage();
      // A stream is not rejected later, so the memory of its largest request is reserved.
      kept.start(call.getAttributes(), isStream ? ConnectionLimits.MAX_REQUEST_BYTES : 0);
    }

    @Override
    public void inboundWireSize(long bytes) {
      if (isStream) {
        return;
      }
      kept.requestArrived(bytes);
      if (!isAdmitted && kept.areTooMany()) {
        reject(); // now, because the rest of the request may never arrive
      }
    }

    @Override
    public void outboundWireSize(long bytes) {
      kept.responseWritten(bytes);
    }

    @Override
    public void streamClosed(Status status) {
      if (state != State.REJECTED) {
        state = State.ENDED;
      }
      kept.end();
    }

    /** Rejects the call, unless that has been done. */
    void reject() {
      state = State.REJECTED;
      if (call != null) {
        if (threads != healthThread) {
          metrics.countRejected(priority);
        }
        log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("Calls rejected because of overload");
        call.close(CallRejection.STATUS, CallRejection.trailers());
        call = null;
      }
    }

    @Override
    public void inboundMessage(int number) {
      if (state == State.WAITING) {
        state = State.ACTIVE;
      }
    }

    @Override
    public void execute(Runnable step) {
      if (state == State.ACTIVE || (isStream && state == State.WAITING)) {
        if (isStream && isAdmitted) {
          threads.execute(priority, step);
          return;
        }
        isAdmitted = threads.tryExecute(priority, step);
        if (isAdmitted) {
          return;
        }
        state = State.REJECTED;
      }
      step.run(); // prepares the call, rejects it, or finishes it
    }
  }
}
