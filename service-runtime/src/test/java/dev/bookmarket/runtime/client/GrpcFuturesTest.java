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
  void an_answer_is_an_answer() {
    assertThat(GrpcFutures.responseOf("Cakes", Futures.immediateFuture("cake")).join())
        .isEqualTo("cake");
  }

  @Test
  void not_found_is_a_refusal_in_the_backends_words() {
    assertThat(failureOf(Status.NOT_FOUND.withDescription("No cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.NOT_FOUND))
        .hasMessage("No cake");
  }

  @Test
  void invalid_argument_is_a_refusal_in_the_backends_words() {
    assertThat(failureOf(Status.INVALID_ARGUMENT.withDescription("Half a cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.INVALID))
        .hasMessage("Half a cake");
  }

  @Test
  void already_exists_is_a_refusal_in_the_backends_words() {
    assertThat(failureOf(Status.ALREADY_EXISTS.withDescription("Another cake")))
        .isInstanceOfSatisfying(
            RejectedRequestException.class,
            r -> assertThat(r.reason()).isEqualTo(RejectedRequestException.Reason.ALREADY_EXISTS))
        .hasMessage("Another cake");
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_FOUND", "INVALID_ARGUMENT", "ALREADY_EXISTS"})
  void a_refusal_without_words_has_some_of_ours(Status.Code code) {
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
  void every_other_status_is_a_fault_and_stays_what_it_is(Status.Code code) {
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
      assertThat(log.lines()).singleElement().asString().contains("where=Cakes", "trace=");
    }
  }

  @Test
  void optional_content_that_we_cannot_read_is_missing_and_logged() {
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
