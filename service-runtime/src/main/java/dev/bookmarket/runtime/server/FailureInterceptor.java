package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where what an endpoint throws becomes a status: a {@link RejectedRequestException}
 * is told to the caller, so is an {@link UnavailableException}, which is logged as well; anything
 * else is logged and told as INTERNAL with nothing but the {@link ErrorLog}'s id.
 */
final class FailureInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(FailureInterceptor.class);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var closeOnce = new CloseOnce<>(call);
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(closeOnce, headers);
    } catch (RuntimeException | Error failure) {
      closeOnce.close(statusOf(failure, call), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(Q message) {
        guarded(() -> super.onMessage(message));
      }

      @Override
      public void onHalfClose() {
        guarded(super::onHalfClose);
      }

      @Override
      public void onReady() {
        guarded(super::onReady);
      }

      @Override
      public void onCancel() {
        logged(super::onCancel);
      }

      @Override
      public void onComplete() {
        logged(super::onComplete);
      }

      private void guarded(Runnable step) {
        try {
          step.run();
        } catch (RuntimeException | Error failure) {
          closeOnce.close(statusOf(failure, call), new Metadata());
        }
      }

      /** Where the call is over, there is nobody left to tell. */
      private void logged(Runnable step) {
        try {
          step.run();
        } catch (RuntimeException | Error fault) {
          ErrorLog.log(log, nameOf(call), fault);
        }
      }
    };
  }

  private static Status statusOf(Throwable failure, ServerCall<?, ?> call) {
    if (failure instanceof RejectedRequestException refusal) {
      var status =
          switch (refusal.reason()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
          };
      return status.withDescription(refusal.getMessage());
    }
    if (failure instanceof UnavailableException unavailable) {
      log.atWarn()
          .addKeyValue("where", nameOf(call))
          .addKeyValue("reason", unavailable.getMessage())
          .log("Unavailable");
      return Status.UNAVAILABLE.withDescription(unavailable.getMessage());
    }
    return Status.INTERNAL.withDescription(
        "Internal error, trace " + ErrorLog.log(log, nameOf(call), failure));
  }

  private static String nameOf(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getFullMethodName();
  }
}
