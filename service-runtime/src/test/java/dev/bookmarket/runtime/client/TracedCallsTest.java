package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.ReplicaName;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.SpanCollector;
import dev.bookmarket.runtime.trace.TraceStep;
import dev.bookmarket.runtime.trace.TraceStep.Kind;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls.UnaryMethod;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of calls that a caller collects, over real sockets. No span is sampled. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TracedCallsTest {
  private static final Metadata.Key<String> TRACE =
      Metadata.Key.of("bookmarket-trace", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> WANTED =
      Metadata.Key.of("bookmarket-trace-wanted", Metadata.ASCII_STRING_MARSHALLER);

  private final TestTelemetry telemetry = TestTelemetry.begin(Sampler.alwaysOff());
  private final ScriptedService service = ScriptedService.start();
  private final Backend backend =
      Backend.connect("127.0.0.1", service.port(), ScriptedService.READS);

  @AfterEach
  void stop() {
    backend.close();
    service.close();
    telemetry.close();
  }

  @Test
  void a_call_contains_its_attempt_which_contains_the_work_of_the_service() {
    var trace = trace(backend);

    assertThat(trace.steps())
        .extracting(TraceStep::kind, TraceStep::name, TraceStep::parent, TraceStep::isOpen)
        .containsExactly(
            tuple(Kind.INTERNAL, "request", 0, true),
            tuple(Kind.CALL, "OneRpc/Call", 0, false),
            tuple(Kind.ATTEMPT, "1", 1, false),
            tuple(Kind.SERVER, "OneRpc/Call", 2, false));
    assertThat(trace.id()).matches("[0-9a-f]{32}");
    assertThat(trace.isTruncated()).isFalse();
    var attempt = trace.steps().get(2);
    assertThat(attempt.status()).isEqualTo("OK");
    assertThat(attempt.replica()).isEqualTo(ReplicaName.name());
    assertThat(attempt.deadline()).isGreaterThan(endOf(attempt));
  }

  @Test
  void collected_spans_are_not_exported_unless_they_are_sampled() {
    trace(backend);

    assertThat(telemetry.spans()).isEmpty();
  }

  @Test
  void a_retry_is_another_attempt_with_the_work_of_the_service() {
    connect(backend);
    service.failFirst(1, Status.UNAVAILABLE);

    var trace = trace(backend);

    assertThat(trace.steps())
        .extracting(TraceStep::kind, TraceStep::parent, TraceStep::status)
        .containsExactly(
            tuple(Kind.INTERNAL, 0, ""),
            tuple(Kind.CALL, 0, "OK"),
            tuple(Kind.ATTEMPT, 1, "UNAVAILABLE"),
            tuple(Kind.SERVER, 2, ""),
            tuple(Kind.ATTEMPT, 1, "OK"),
            tuple(Kind.SERVER, 4, ""));
  }

  @Test
  void the_time_of_a_service_that_hangs_is_a_gap() {
    RequestTrace trace;
    try (var hurried =
        Backend.connect("127.0.0.1", service.port(), ScriptedService.HURRIED_READS)) {
      connect(hurried);
      service.hang();

      trace = trace(hurried);
    }

    assertThat(trace.steps())
        .extracting(TraceStep::kind, TraceStep::status, TraceStep::replica)
        .containsExactly(
            tuple(Kind.INTERNAL, "", ""),
            tuple(Kind.CALL, "DEADLINE_EXCEEDED", ""),
            tuple(Kind.ATTEMPT, "DEADLINE_EXCEEDED", "127.0.0.1"),
            tuple(Kind.GAP, "", ""));
    var attempt = trace.steps().get(2);
    assertThat(attempt.deadline()).isBetween(attempt.start() + 1, endOf(trace.steps().get(0)));
    assertThat(trace.steps().get(3))
        .extracting(TraceStep::parent, TraceStep::start, TraceStep::duration, TraceStep::deadline)
        .containsExactly(2, attempt.start(), attempt.duration(), attempt.deadline());
  }

  /** The server does not use service-runtime, so it sends neither steps nor a replica name. */
  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN"})
  void a_response_without_steps_is_no_gap(Code code) throws IOException {
    var trace = traceWithTrailers(code, "");

    assertThat(trace.steps())
        .extracting(TraceStep::kind, TraceStep::status)
        .containsExactly(
            tuple(Kind.INTERNAL, ""),
            tuple(Kind.CALL, code.name()),
            tuple(Kind.ATTEMPT, code.name()));
  }

  @Test
  void the_work_of_a_service_contains_the_calls_that_it_makes() {
    connect(backend);
    UnaryMethod<String, String> callsOther =
        (request, reply) -> OneRpc.reply(ScriptedService.codeOf(backend).name(), reply);
    try (var middle = serve(callsOther);
        var toMiddle = Backend.connect("127.0.0.1", middle.port(), ScriptedService.READS)) {
      var trace = trace(toMiddle);

      assertThat(trace.steps())
          .extracting(TraceStep::kind, TraceStep::parent)
          .containsExactly(
              tuple(Kind.INTERNAL, 0),
              tuple(Kind.CALL, 0),
              tuple(Kind.ATTEMPT, 1),
              tuple(Kind.SERVER, 2),
              tuple(Kind.CALL, 3),
              tuple(Kind.ATTEMPT, 4),
              tuple(Kind.SERVER, 5));
      for (var step : trace.steps().subList(1, 7)) {
        var parent = trace.steps().get(step.parent());
        assertThat(step.start()).isGreaterThanOrEqualTo(parent.start());
        assertThat(endOf(step)).isLessThanOrEqualTo(endOf(parent));
      }
    }
  }

  @Test
  void a_caller_that_does_not_ask_gets_no_steps() {
    service.failWith(Status.DATA_LOSS);
    var without = keysOfTrailers(new Metadata());
    var headers = new Metadata();
    headers.put(WANTED, "1");
    var with = keysOfTrailers(headers);

    assertThat(without).doesNotContain(TRACE.name());
    assertThat(with).contains(TRACE.name()).hasSize(without.size() + 1);
  }

  @Test
  void trailers_contain_at_most_two_kibibytes_of_steps() {
    UnaryMethod<String, String> busy =
        (request, reply) -> {
          for (int number = 0; number < 90; number++) {
            Telemetry.tracer().spanBuilder("a part of the work").startSpan().end();
          }
          OneRpc.reply("ok", reply);
        };
    try (var server = serve(busy);
        var toBusy = Backend.connect("127.0.0.1", server.port(), ScriptedService.READS)) {
      var trace = trace(toBusy);

      assertThat(trace.isTruncated()).isTrue();
      assertThat(trace.steps()).hasSizeBetween(10, 60);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "<script>", "{\"steps\":[null]}", "2 KiB"})
  void ignores_steps_that_are_invalid_or_too_long(String steps) throws IOException {
    var valid = new RequestTrace("", List.of(step("a"), step("b")), false).toJson();
    var sent = steps.equals("2 KiB") ? valid + " ".repeat(2_049 - valid.length()) : steps;

    assertThat(traceWithTrailers(Code.DATA_LOSS, sent).steps()).hasSize(3);
    assertThat(traceWithTrailers(Code.DATA_LOSS, valid).steps()).hasSize(5);
  }

  private static int endOf(TraceStep step) {
    return step.start() + step.duration();
  }

  private static TraceStep step(String name) {
    return new TraceStep(Kind.INTERNAL, name, 0, 0, 0, false, "", "", 0, "");
  }

  /** Returns the trace of a call to a server that is not ours. */
  private RequestTrace traceWithTrailers(Code code, String steps) throws IOException {
    var trailers = new Metadata();
    trailers.put(TRACE, steps);
    UnaryMethod<String, String> foreign =
        (request, reply) -> reply.onError(code.toStatus().asRuntimeException(trailers));
    var server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new OneRpc(foreign))
            .build()
            .start();
    try (var toForeign = Backend.connect("127.0.0.1", server.getPort(), ScriptedService.WRITES)) {
      return trace(toForeign);
    } finally {
      server.shutdownNow();
    }
  }

  /** Returns the steps of one call. */
  private static RequestTrace trace(Backend backend) {
    var context = SpanCollector.collectingIn(Context.root());
    var request = Telemetry.tracer().spanBuilder("request").setParent(context).startSpan();
    try (var scope = context.with(request).makeCurrent()) {
      var unused = ScriptedService.codeOf(backend);
      return SpanCollector.of(context).orElseThrow().toTrace();
    } finally {
      request.end();
    }
  }

  private static void connect(Backend backend) {
    Eventually.soon("connected", () -> ScriptedService.codeOf(backend) == Code.OK);
  }

  /** Calls without the interceptors of a {@link Backend}. */
  private Set<String> keysOfTrailers(Metadata headers) {
    var trailers = new AtomicReference<Metadata>();
    var channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", service.port(), InsecureChannelCredentials.create())
            .intercept(
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers))
            .build();
    try {
      var call = channel.newCall(OneRpc.CALL, CallOptions.DEFAULT);
      assertThat(ClientCalls.futureUnaryCall(call, "request")).failsWithin(Duration.ofSeconds(30));
      return Objects.requireNonNull(trailers.get()).keys();
    } finally {
      channel.shutdownNow();
    }
  }

  private static GrpcServer serve(UnaryMethod<String, String> behaviour) {
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1));
    return GrpcServer.start(config, List.of(new OneRpc(behaviour)), channel -> {});
  }
}
