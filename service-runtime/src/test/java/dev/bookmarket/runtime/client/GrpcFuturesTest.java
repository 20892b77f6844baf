package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class GrpcFuturesTest {
  @Test
  void a_response_is_returned() {
    assertThat(GrpcFutures.responseOf("Cakes", Futures.immediateFuture("cake")).join())
        .isEqualTo("cake");
  }

  @Test
  void not_found_is_a_rejection_with_the_message_of_the_service() {
    assertThat(failureOf(Status.NOT_FOUND.withDescription("No cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.NOT_FOUND))
        .hasMessage("No cake");
  }

  @Test
  void invalid_argument_is_a_rejection_with_the_message_of_the_service() {
    assertThat(failureOf(Status.INVALID_ARGUMENT.withDescription("Half a cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.INVALID))
        .hasMessage("Half a cake");
  }

  @Test
  void already_exists_is_a_rejection_with_the_message_of_the_service() {
    assertThat(failureOf(Status.ALREADY_EXISTS.withDescription("Another cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.ALREADY_EXISTS))
        .hasMessage("Another cake");
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_FOUND", "INVALID_ARGUMENT", "ALREADY_EXISTS"})
  void a_rejection_without_a_message_has_a_default_message(Status.Code code) {
    assertThat(failureOf(code.toStatus())).hasMessageNotContaining("null");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"})
  void an_outage_names_the_service(Status.Code code) {
    assertThat(failureOf(code.toStatus()))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage("Cakes is unavailable");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "OK",
        "ALREADY_EXISTS",
        "NOT_FOUND",
        "INVALID_ARGUMENT",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "CANCELLED",
        "RESOURCE_EXHAUSTED"
      })
  void all_other_statuses_are_passed_on_unchanged(Status.Code code) {
    assertThat(failureOf(code.toStatus())).isInstanceOf(StatusRuntimeException.class);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OK")
  void optional_content_is_missing_after_any_failure(Status.Code code) {
    try (var log = CapturedLog.begin()) {
      assertThat(optional(failed(code.toStatus()), cake -> cake)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"})
  void an_outage_of_optional_content_is_not_logged(Status.Code code) {
    try (var log = CapturedLog.begin()) {
      assertThat(optional(failed(code.toStatus()), cake -> cake)).isEmpty();
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERNAL", "UNIMPLEMENTED", "NOT_FOUND", "INVALID_ARGUMENT"})
  void any_other_failure_of_optional_content_is_logged(Status.Code code) {
    try (var log = CapturedLog.begin()) {
      assertThat(optional(failed(code.toStatus()), cake -> cake)).isEmpty();
      assertThat(log.lines()).singleElement().asString().contains("where=Cakes", "error_id=");
    }
  }

  @Test
  void unreadable_optional_content_is_missing_and_logged() {
    try (var log = CapturedLog.begin()) {
      Function<String, String> reader =
          cake -> {
            throw new IllegalStateException("crumbs");
          };
      assertThat(optional(Futures.immediateFuture("cake"), reader)).isEmpty();
      assertThat(log.lines()).singleElement().asString().contains("crumbs");
    }
  }

  private static Optional<String> optional(
      ListenableFuture<String> call, Function<String, String> reader) {
    return GrpcFutures.optional("Cakes", GrpcFutures.responseOf("Cakes", call).thenApply(reader))
        .join();
  }

  private static ListenableFuture<String> failed(Status status) {
    return Futures.immediateFailedFuture(status.asRuntimeException());
  }

  private static Throwable failureOf(Status status) {
    var thrown = catchThrowable(() -> GrpcFutures.responseOf("Cakes", failed(status)).join());
    assertThat(thrown).isInstanceOf(CompletionException.class);
    return GrpcFutures.causeOf(thrown);
  }
}
