package dev.bookmarket.runtime.client;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.Status;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts the futures of gRPC stubs to those of the JDK, and statuses to exceptions. */
public final class GrpcFutures {
  private static final Logger log = LoggerFactory.getLogger(GrpcFutures.class);

  private GrpcFutures() {}

  /**
   * Returns the response as a future. It fails with a {@link RejectedRequestException} with the
   * message of the service, with a {@link BackendUnavailableException}, or with the exception of
   * gRPC if there is an error in this process or in the service.
   *
   * @param service the name of the service, for messages
   */
  public static <A> CompletableFuture<A> responseOf(String service, ListenableFuture<A> call) {
    return mapFailure(responseOf(call), failure -> exceptionFor(service, failure));
  }

  /** Returns the response as a future, which fails with the exception of gRPC. */
  public static <A> CompletableFuture<A> responseOf(ListenableFuture<A> call) {
    var response = new CompletableFuture<A>();
    call.addListener(
        () -> {
          try {
            response.complete(Futures.getDone(call));
          } catch (ExecutionException e) {
            response.completeExceptionally(Objects.requireNonNullElse(e.getCause(), e));
          } catch (CancellationException e) {
            response.completeExceptionally(e);
          }
        },
        MoreExecutors.directExecutor());
    return response;
  }

  /**
   * Returns a future for optional content: it completes with an empty {@link Optional} if the given
   * future fails. Logs each failure except a {@link BackendUnavailableException}, because nothing
   * else reports the failure.
   */
  public static <T> CompletableFuture<Optional<T>> optional(
      String service, CompletableFuture<T> future) {
    return future
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              if (!(causeOf(failure) instanceof BackendUnavailableException)) {
                ErrorLog.log(log, service, causeOf(failure));
              }
              return Optional.empty();
            });
  }

  /** Returns a future with the given value if the service rejects the request as NOT_FOUND. */
  public static <T> CompletableFuture<T> ifNotFound(CompletableFuture<T> future, T value) {
    return future.exceptionallyCompose(
        failure ->
            isRejection(failure, RejectedRequestException.Reason.NOT_FOUND)
                ? CompletableFuture.completedFuture(value)
                : CompletableFuture.failedFuture(failure));
  }

  /** Returns a future that fails with another exception, computed from the {@link #causeOf}. */
  public static <T> CompletableFuture<T> mapFailure(
      CompletableFuture<T> future, UnaryOperator<Throwable> mapping) {
    return future.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(mapping.apply(causeOf(failure))));
  }

  /**
   * Returns a future that fails with another exception if the service rejects the request for that
   * reason.
   */
  public static <T> CompletableFuture<T> mapRejection(
      CompletableFuture<T> future,
      RejectedRequestException.Reason reason,
      Supplier<Throwable> replacement) {
    return mapFailure(
        future, failure -> isRejection(failure, reason) ? replacement.get() : failure);
  }

  /** Returns whether a future failed because the service rejected the request for that reason. */
  public static boolean isRejection(Throwable failure, RejectedRequestException.Reason reason) {
    return causeOf(failure) instanceof RejectedRequestException rejection
        && rejection.reason() == reason;
  }

  /** Returns the failure without the CompletionException that dependent futures add. */
  public static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Throwable exceptionFor(String service, Throwable failure) {
    var status = Status.fromThrowable(failure);
    return switch (status.getCode()) {
      case NOT_FOUND -> RejectedRequestException.notFound(descriptionOf(status, "Not found"));
      case INVALID_ARGUMENT ->
          RejectedRequestException.invalid(descriptionOf(status, "Invalid request"));
      case ALREADY_EXISTS ->
          RejectedRequestException.alreadyExists(descriptionOf(status, "Already exists"));
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED ->
          new BackendUnavailableException(service, failure);
      default -> failure;
    };
  }

  private static String descriptionOf(Status status, String defaultText) {
    return Objects.requireNonNullElse(status.getDescription(), defaultText);
  }
}
