package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.UnavailableException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureInterceptorTest {
  @Test
  void returns_invalid_argument_with_the_message_of_the_rejection() {
    try (var service =
        Served.by((request, reply) -> throwIt(RejectedRequestException.invalid("Not that way")))) {
      assertThat(service.failure())
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(Status.Code.INVALID_ARGUMENT, "Not that way");
    }
  }

  @Test
  void returns_not_found_with_the_message_of_the_rejection() {
    try (var service =
        Served.by((request, reply) -> throwIt(RejectedRequestException.notFound("No such cake")))) {
      assertThat(service.failure())
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(Status.Code.NOT_FOUND, "No such cake");
    }
  }

  @Test
  void returns_already_exists_with_the_message_of_the_rejection() {
    try (var service =
        Served.by(
            (request, reply) -> throwIt(RejectedRequestException.alreadyExists("Another cake")))) {
      assertThat(service.failure())
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(Status.Code.ALREADY_EXISTS, "Another cake");
    }
  }

  @Test
  void does_not_log_rejections() {
    try (var log = CapturedLog.begin();
        var service =
            Served.by(
                (request, reply) -> throwIt(RejectedRequestException.invalid("Not that way")))) {
      service.failure();

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void returns_and_logs_unavailable_with_the_message() {
    try (var log = CapturedLog.begin();
        var service =
            Served.by((request, reply) -> throwIt(new UnavailableException("the disk is full")))) {
      assertThat(service.failure())
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(Status.Code.UNAVAILABLE, "the disk is full");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("WARN", "where=test.OneRpc/Call", "the disk is full");
    }
  }

  static Stream<Throwable> faults() {
    return Stream.of(
        new IllegalArgumentException("secret"),
        new NullPointerException("secret"),
        new IllegalStateException("outer", new IOException("secret")),
        new StackOverflowError("secret"),
        new NoClassDefFoundError("secret"),
        Status.NOT_FOUND.withDescription("secret").asRuntimeException(),
        Status.UNAVAILABLE.withDescription("secret").asRuntimeException());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void returns_only_the_id_of_an_unexpected_exception_and_logs_it(Throwable fault) {
    try (var log = CapturedLog.begin();
        var service = Served.by((request, reply) -> throwIt(fault))) {
      var failure = service.failureAndTrailers();

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(failure.getStatus().getDescription())
          .matches("Internal error, error_id [0-9a-f]{16}");
      assertThat(failure.getStatus().getCause()).isNull();
      assertThat(String.valueOf(failure.getTrailers())).doesNotContain("secret");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains(
              "secret",
              "where=test.OneRpc/Call",
              "error_id=" + failure.getStatus().getDescription().replaceFirst(".* ", ""));
    }
  }

  @Test
  void keeps_a_complete_response_if_the_endpoint_fails_afterwards() {
    try (var log = CapturedLog.begin();
        var service =
            Served.by(
                (request, reply) -> {
                  OneRpc.reply(request, reply);
                  throw new IllegalStateException("too late");
                })) {
      assertThat(OneRpc.call(service.channel(), "first")).isEqualTo("first");
      assertThat(OneRpc.call(service.channel(), "second")).isEqualTo("second");
      Eventually.soon("two lines in the log", () -> log.lines().size() == 2);
      assertThat(log.lines()).allSatisfy(line -> assertThat(line).contains("too late"));
    }
  }

  @Test
  void reports_a_failure_after_a_response_that_is_not_completed() {
    try (var service =
        Served.by(
            (request, reply) -> {
              reply.onNext(request);
              throw new IllegalStateException("half way");
            })) {
      assertThat(service.failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    }
  }

  @Test
  void returns_only_the_id_of_an_exception_at_the_start_of_a_stream() {
    var service =
        ServerServiceDefinition.builder(OneRpc.SERVICE)
            .addMethod(
                OneRpc.CALL,
                (call, headers) -> {
                  throw new IllegalStateException("secret");
                })
            .build();
    try (var served = Served.as(service)) {
      assertThat(served.failure().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(served.failure().getDescription())
          .matches("Internal error, error_id [0-9a-f]{16}");
    }
  }

  @Test
  void continues_to_serve_after_an_unexpected_exception() {
    try (var service =
        Served.by(
            (request, reply) -> {
              if (request.equals("bad")) {
                throw new StackOverflowError();
              }
              OneRpc.reply(request, reply);
            })) {
      assertThatThrownBy(() -> OneRpc.call(service.channel(), "bad"))
          .isInstanceOf(StatusRuntimeException.class);

      assertThat(OneRpc.call(service.channel(), "good")).isEqualTo("good");
    }
  }

  @Test
  void logs_an_exception_of_a_cancellation_handler_on_one_line() throws Exception {
    var begun = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    try (var log = CapturedLog.begin();
        var service =
            Served.by(
                (request, reply) -> {
                  ((ServerCallStreamObserver<String>) reply)
                      .setOnCancelHandler(
                          () -> {
                            cancelled.countDown();
                            throw new IllegalStateException("in the handler");
                          });
                  begun.countDown();
                })) {
      var call = OneRpc.begin(service.channel(), "x", Duration.ofSeconds(20));
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      call.cancel(true);
      assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
      Eventually.soon("a line in the log", () -> !log.lines().isEmpty());

      assertThat(log.lines()).singleElement().asString().contains("in the handler", "error_id=");
    }
  }

  /** Throws a checked exception without declaring it. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwIt(Throwable fault) throws T {
    throw (T) fault;
  }

  private record Served(Server server, ManagedChannel channel) implements AutoCloseable {
    static Served by(ServerCalls.UnaryMethod<String, String> behaviour) {
      return as(new OneRpc(behaviour).bindService());
    }

    static Served as(ServerServiceDefinition service) {
      var name = UUID.randomUUID().toString();
      try {
        return new Served(
            InProcessServerBuilder.forName(name)
                .intercept(new FailureInterceptor())
                .addService(service)
                .build()
                .start(),
            InProcessChannelBuilder.forName(name).build());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    StatusRuntimeException failureAndTrailers() {
      return catchThrowableOfType(
          StatusRuntimeException.class, () -> OneRpc.call(channel, "request"));
    }

    Status failure() {
      return failureAndTrailers().getStatus();
    }

    @Override
    public void close() {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
