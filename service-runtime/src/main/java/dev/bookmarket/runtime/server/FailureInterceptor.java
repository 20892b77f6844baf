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
 * Converts exceptions of endpoints to statuses. The caller gets the message of a {@link
 * RejectedRequestException} and of an {@link UnavailableException}, which is logged too. All other
 * exceptions are logged, and the caller gets INTERNAL with the id of the {@link ErrorLog}.
 */
final class FailureInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(FailureInterceptor.class);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var closeOnce = new CloseOnceServerCall<>(call);
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
        closeOnException(() -> super.onMessage(message));
      }

      @Override
      public void onHalfClose() {
        closeOnException(super::onHalfClose);
      }

      @Override
      public void onReady() {
        closeOnException(super::onReady);
      }

      @Override
      public void onCancel() {
        try {
          super.onCancel();
        } catch (RuntimeException | Error fault) {
          ErrorLog.log(log, nameOf(call), fault); // only log it: the call has already ended
        }
      }

      private void closeOnException(Runnable step) {
        try {
          step.run();
        } catch (RuntimeException | Error failure) {
          closeOnce.close(statusOf(failure, call), new Metadata());
        }
      }
    };
  }

  private static Status statusOf(Throwable failure, ServerCall<?, ?> call) {
    if (failure instanceof RejectedRequestException rejection) {
      var status =
          switch (rejection.reason()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
          };
      return status.withDescription(rejection.getMessage());
    }
    if (failure instanceof UnavailableException unavailable) {
      log.atWarn()
          .addKeyValue("where", nameOf(call))
          .addKeyValue("reason", unavailable.getMessage())
          .log("Unavailable");
      return Status.UNAVAILABLE.withDescription(unavailable.getMessage());
    }
    return Status.INTERNAL.withDescription(
        "Internal error, error_id " + ErrorLog.log(log, nameOf(call), failure));
  }

  private static String nameOf(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getFullMethodName();
  }
}
