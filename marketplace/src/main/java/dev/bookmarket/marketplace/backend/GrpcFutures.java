package dev.bookmarket.marketplace.backend;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.Status;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the answers of gRPC's future stubs into the JDK's futures, and statuses into our failures.
 */
public final class GrpcFutures {
  private static final Logger log = LoggerFactory.getLogger(GrpcFutures.class);

  private GrpcFutures() {}

  /**
   * The answer, or a {@link RejectedRequestException} with the backend's words, a {@link
   * BackendUnavailableException}, or, for what is a fault of ours or the backend's, the status
   * itself.
   *
   * @param service the name of the service for messages
   */
  public static <A> CompletableFuture<A> answerOf(String service, ListenableFuture<A> call) {
    return answerOf(call, failure -> failureOf(service, failure));
  }

  /**
   * The answer, or another failure in place of the one with the status.
   *
   * @param meaning what to fail with
   */
  public static <A> CompletableFuture<A> answerOf(
      ListenableFuture<A> call, UnaryOperator<Throwable> meaning) {
    var answer = new CompletableFuture<A>();
    Futures.addCallback(
        call,
        new FutureCallback<A>() {
          @Override
          public void onSuccess(@Nullable A result) {
            answer.complete(Objects.requireNonNull(result, "gRPC answers with a message"));
          }

          @Override
          public void onFailure(Throwable failure) {
            answer.completeExceptionally(meaning.apply(failure));
          }
        },
        MoreExecutors.directExecutor());
    return answer;
  }

  /**
   * The same answer as optional content: any failure is an empty answer, and one that is not an
   * outage is logged, since nobody would notice it otherwise.
   */
  public static <D> CompletableFuture<Optional<D>> optional(
      String service, CompletableFuture<D> answer) {
    return answer
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              if (!(causeOf(failure) instanceof BackendUnavailableException)) {
                ErrorLog.log(log, service, causeOf(failure));
              }
              return Optional.empty();
            });
  }

  /** The same answer, or that one where what was asked for does not exist. */
  public static <A> CompletableFuture<A> unlessNotFound(CompletableFuture<A> answer, A otherwise) {
    return answer.exceptionallyCompose(
        failure ->
            isRefusal(failure, RejectedRequestException.Reason.NOT_FOUND)
                ? CompletableFuture.completedFuture(otherwise)
                : CompletableFuture.failedFuture(failure));
  }

  /**
   * The same answer, a page of a list, with a refusal of its token put into words for a visitor:
   * all else in the request must be right.
   */
  public static <A> CompletableFuture<A> pageOfList(CompletableFuture<A> answer) {
    return inWords(
        answer,
        RejectedRequestException.Reason.INVALID,
        () -> LocalizedRejectionException.invalid("error.invalid.page"));
  }

  /**
   * The same answer, with a refusal because it does not exist put into words for a visitor.
   *
   * @param key of the message that says so
   */
  public static <A> CompletableFuture<A> foundOrRefused(CompletableFuture<A> answer, String key) {
    return inWords(
        answer,
        RejectedRequestException.Reason.NOT_FOUND,
        () -> LocalizedRejectionException.notFound(key));
  }

  private static <A> CompletableFuture<A> inWords(
      CompletableFuture<A> answer,
      RejectedRequestException.Reason reason,
      Supplier<LocalizedRejectionException> words) {
    return answer.exceptionallyCompose(
        failure ->
            CompletableFuture.failedFuture(isRefusal(failure, reason) ? words.get() : failure));
  }

  /** Whether a stage of a future failed because the backend refused, and for that reason. */
  public static boolean isRefusal(Throwable failure, RejectedRequestException.Reason reason) {
    return causeOf(failure) instanceof RejectedRequestException refusal
        && refusal.reason() == reason;
  }

  /** What a stage of a future failed with, without the wrapping that later stages add. */
  public static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Throwable failureOf(String service, Throwable failure) {
    var status = Status.fromThrowable(failure);
    return switch (status.getCode()) {
      case NOT_FOUND -> RejectedRequestException.notFound(wordsOf(status, "Not found"));
      case INVALID_ARGUMENT ->
          RejectedRequestException.invalid(wordsOf(status, "The request makes no sense"));
      case ALREADY_EXISTS ->
          RejectedRequestException.alreadyExists(wordsOf(status, "It is there already"));
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED ->
          new BackendUnavailableException(service, failure);
      default -> failure;
    };
  }

  private static String wordsOf(Status status, String otherwise) {
    return Objects.requireNonNullElse(status.getDescription(), otherwise);
  }
}
