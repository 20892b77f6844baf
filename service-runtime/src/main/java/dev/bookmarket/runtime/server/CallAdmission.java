package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.telemetry.AdmissionMetrics;
import io.grpc.Attributes;
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
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits only as many calls to a server as it can finish in time. The decision is made on Netty's
 * thread when the request arrives, before anything waits: an admitted call runs in the {@link
 * HandlerThreads}, and the server rejects any other call with {@link CallRejection} at once. Health
 * checks have their own thread. A call whose deadline expires while it waits does not start.
 *
 * <p>Only waiting and running handlers count: a client that sends no request or does not read its
 * responses occupies no thread and no place. If it leaves many bytes unread, its further calls are
 * rejected. Handlers of streams of requests always continue once they have started.
 */
final class CallAdmission implements ServerCallExecutorSupplier, ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(CallAdmission.class);
  private static final Context.Key<AdmittedCall> CALL = Context.key("call");

  /** The bytes of the responses on a connection that the client has not read completely. */
  private static final Attributes.Key<AtomicLong> UNREAD_BYTES = Attributes.Key.create("unread");

  /** Bounds the memory that a client can occupy by not reading. */
  private static final long MAX_UNREAD_BYTES = Runtime.getRuntime().maxMemory() / 16;

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
    server.addTransportFilter(
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes connection) {
            return connection.toBuilder().set(UNREAD_BYTES, new AtomicLong()).build();
          }
        });
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
    var admission = CALL.get();
    admission.isStream = !call.getMethodDescriptor().getType().clientSendsOneMessage();
    return admission;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var admission = CALL.get();
    if (admission.state == State.REJECTED || admission.hasSlowReader()) {
      reject(call, admission);
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
      private boolean rejected;

      @Override
      public void onMessage(Q message) {
        if (mayContinue()) {
          super.onMessage(message);
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
            || (!admission.isStream && admission.hasSlowReader())) {
          if (!rejected) {
            rejected = true;
            reject(call, admission);
          }
          return false;
        }
        // gRPC closes a call whose deadline has expired.
        var deadline = Context.current().getDeadline();
        return !Context.current().isCancelled() && (deadline == null || !deadline.isExpired());
      }
    };
  }

  private void reject(ServerCall<?, ?> call, AdmittedCall admission) {
    if (admission.threads != healthThread) {
      metrics.countRejected(admission.priority);
    }
    log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("Calls rejected because of overload");
    call.close(CallRejection.STATUS, CallRejection.trailers());
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
  private static final class AdmittedCall extends ServerStreamTracer implements Executor {
    private final HandlerThreads threads;
    private final Priority priority;
    private final AtomicLong responseBytes = new AtomicLong();
    private volatile AtomicLong unreadOfConnection = new AtomicLong();
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
      unreadOfConnection = call.getAttributes().get(UNREAD_BYTES);
    }

    @Override
    public void outboundWireSize(long bytes) {
      responseBytes.addAndGet(bytes);
      unreadOfConnection.addAndGet(bytes);
    }

    @Override
    public void streamClosed(Status status) {
      state = State.ENDED;
      unreadOfConnection.addAndGet(-responseBytes.getAndSet(0));
    }

    /** Returns whether the client does not read its responses. */
    boolean hasSlowReader() {
      return unreadOfConnection.get() > MAX_UNREAD_BYTES;
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
