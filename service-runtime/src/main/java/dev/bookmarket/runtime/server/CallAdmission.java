package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.Priority;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits only as many calls to a server as it can finish in time. The decision is made on Netty's
 * thread when the request arrives, before anything waits: an admitted call runs in the {@link
 * HandlerThreads}, and the server rejects any other call with {@link CallRejection} at once. Health
 * checks have their own thread. A call whose deadline expires while it waits does not start.
 *
 * <p>Only waiting and running handlers count: a client that sends no request or does not read its
 * response occupies no thread and no place. Handlers of streams of requests always continue once
 * they have started.
 */
final class CallAdmission implements ServerCallExecutorSupplier, ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(CallAdmission.class);
  private static final Context.Key<AdmittedCall> CALL = Context.key("call");

  private final HandlerThreads threads;
  private final HandlerThreads healthThread = HandlerThreads.forHealthChecks();

  /** Creates the admission of one server, whose handlers run on these threads. */
  CallAdmission(HandlerThreads threads) {
    this.threads = threads;
  }

  /**
   * Makes a server decide about all its calls; must be added after the interceptors of services.
   */
  void addTo(ServerBuilder<?> server) {
    server.directExecutor().callExecutor(this).intercept(this);
    server.addStreamTracerFactory(
        new ServerStreamTracer.Factory() {
          @Override
          public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new ServerStreamTracer() {
              @Override
              public Context filterContext(Context context) {
                return context.withValue(CALL, callOf(method, headers));
              }
            };
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
    if (admission.state == State.REJECTED) {
      reject(call);
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
        if (admission.state == State.REJECTED) {
          if (!rejected) {
            rejected = true;
            reject(call);
          }
          return false;
        }
        // gRPC closes a call whose deadline has expired.
        var deadline = Context.current().getDeadline();
        return !Context.current().isCancelled() && (deadline == null || !deadline.isExpired());
      }
    };
  }

  private static void reject(ServerCall<?, ?> call) {
    log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("Calls rejected because of overload");
    call.close(CallRejection.STATUS, CallRejection.trailers());
  }

  /** The progress of a call as far as its admission is concerned. */
  private enum State {
    NEW,
    STARTED,
    REJECTED,
    ENDED
  }

  /**
   * Decides where each step of one call runs. gRPC runs the steps one after the other: the start,
   * the messages of the request, its end, and the end of the call.
   */
  private static final class AdmittedCall implements Executor {
    private final HandlerThreads threads;
    private final Priority priority;
    private volatile boolean isStream;
    private volatile State state = State.NEW;

    AdmittedCall(HandlerThreads threads, Priority priority) {
      this.threads = threads;
      this.priority = priority;
    }

    @Override
    public void execute(Runnable step) {
      var isFirst = state == State.NEW;
      if (isFirst) {
        state = State.STARTED;
      }
      if (isFirst && !isStream) {
        step.run(); // only prepares the call: its handler starts when the request is complete
      } else if (state == State.REJECTED || state == State.ENDED) {
        step.run(); // no handler will run
      } else if (isStream && !isFirst) {
        threads.execute(priority, step);
      } else if (!threads.tryExecute(priority, step)) {
        state = State.REJECTED;
        step.run(); // only rejects the call
      }
    }
  }
}
