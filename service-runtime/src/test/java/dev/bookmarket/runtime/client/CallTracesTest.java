package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans and durations of gRPC calls, over real sockets. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CallTracesTest {
  private static final String METHOD = "test.OneRpc/Call";

  private final TestTelemetry telemetry = TestTelemetry.begin();
  private final ScriptedService service = ScriptedService.start();
  private final Backend backend =
      Backend.connect("127.0.0.1", service.port(), ScriptedService.READS);

  @BeforeEach
  void connect() {
    connect(backend);
  }

  private static void connect(Backend backend) {
    Eventually.soon("connected", () -> ScriptedService.codeOf(backend) == Status.Code.OK);
  }

  @AfterEach
  void stop() {
    backend.close();
    service.close();
    telemetry.close();
  }

  @Test
  void a_call_has_a_span_with_an_attempt_whose_child_is_the_span_of_the_server() {
    var call = trace();

    assertThat(call.getName()).isEqualTo(METHOD);
    assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(text(call, "rpc.system.name")).isEqualTo("grpc");
    assertThat(text(call, "rpc.method")).isEqualTo(METHOD);
    assertThat(text(call, "rpc.response.status_code")).isEqualTo("OK");
    assertThat(text(call, "server.address")).isEqualTo("127.0.0.1");
    var attempt = telemetry.childrenOf(call).get(0);
    assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(text(attempt, "network.peer.address")).isEqualTo("127.0.0.1");
    assertThat(attempt.getAttributes().get(AttributeKey.longKey("network.peer.port")))
        .isEqualTo(service.port());
    var server = telemetry.span(span -> span.getParentSpanId().equals(attempt.getSpanId()));
    assertThat(server.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(text(server, "rpc.response.status_code")).isEqualTo("OK");
  }

  @Test
  void each_retry_is_an_attempt() {
    service.failFirst(1, Status.UNAVAILABLE);

    var call = trace();

    assertThat(telemetry.childrenOf(call))
        .extracting(span -> text(span, "rpc.response.status_code"))
        .containsExactly("UNAVAILABLE", "OK");
    assertThat(telemetry.childrenOf(call))
        .extracting(
            span -> span.getAttributes().get(AttributeKey.longKey("bookmarket.rpc.attempt")))
        .containsExactly(1L, 2L);
  }

  @Test
  void attempts_and_retries_are_counted_with_the_trace() {
    service.failFirst(1, Status.UNAVAILABLE);

    var call = trace();

    // A collection removes the exemplars.
    assertThat(telemetry.metrics().samples("bookmarket_rpc_client_attempts_total"))
        .filteredOn(attempts -> attempts.has("rpc_response_status_code", "UNAVAILABLE"))
        .anySatisfy(
            attempts -> {
              assertThat(attempts.has("rpc_method", METHOD)).isTrue();
              assertThat(attempts.value()).isEqualTo(1);
              assertThat(attempts.exemplar()).containsEntry("trace_id", call.getTraceId());
            });
    var method = Map.of("rpc_method", METHOD);
    Eventually.soon(
        "a retry",
        () -> telemetry.metrics().value("bookmarket_rpc_client_retries_total", method) == 1);
  }

  @Test
  void a_call_to_a_service_that_hangs_ends_with_deadline_exceeded() {
    SpanData call;
    try (var hurried =
        Backend.connect("127.0.0.1", service.port(), ScriptedService.HURRIED_READS)) {
      connect(hurried);
      service.hang();

      call = trace(hurried);
    }

    assertThat(text(call, "error.type")).isEqualTo("DEADLINE_EXCEEDED");
    // At the deadline, gRPC ends the call first, and the attempt on another thread.
    Eventually.soon("the attempt", () -> !telemetry.childrenOf(call).isEmpty());
    assertThat(telemetry.childrenOf(call))
        .extracting(span -> text(span, "rpc.response.status_code"))
        .containsExactly("DEADLINE_EXCEEDED");
  }

  @Test
  void a_call_is_measured_by_method_and_status() {
    var durations = telemetry.histogram("rpc.client.call.duration");

    assertThat(durations)
        .anySatisfy(
            point -> {
              assertThat(point.getAttributes().asMap().toString())
                  .contains("rpc.method=test.OneRpc/Call", "rpc.response.status_code=OK");
              assertThat(point.getAttributes().size()).isEqualTo(5);
            });
    Eventually.soon(
        "the duration of the server",
        () -> !telemetry.histogram("rpc.server.call.duration").isEmpty());
  }

  @Test
  void unknown_methods_have_one_name() {
    var forms =
        List.of(
            "test.OneRpc/Unknown%d",
            "Unknown%d/",
            "%d/Call/Unknown",
            "test.OneRpc/Call%%20Unknown%d",
            "\u2603/Unknown%d",
            "x".repeat(4_000) + "/Unknown%d",
            "?Unknown%d#",
            "../Unknown%d");
    for (int number = 0; number < 1_000; number++) {
      var name = forms.get(number % forms.size()).formatted(number);
      call(backend, OneRpc.CALL.toBuilder().setFullMethodName(name).build());
    }

    Eventually.soon(
        "the spans",
        () ->
            telemetry.spans().stream().filter(s -> s.getName().equals("_OTHER")).count() == 1_000);
    assertThat(telemetry.spans())
        .filteredOn(span -> span.getKind() == SpanKind.SERVER)
        .extracting(SpanData::getName)
        .containsOnly("_OTHER", METHOD);
    assertThat(telemetry.histogram("rpc.server.call.duration"))
        .hasSizeLessThan(5)
        .noneMatch(point -> point.getAttributes().toString().contains("Unknown"));
  }

  @Test
  void health_checks_are_not_traced() {
    HealthGrpc.newBlockingStub(backend.channel())
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance());

    trace();

    assertThat(telemetry.spans()).noneMatch(span -> span.getName().contains("grpc.health"));
  }

  private SpanData trace() {
    return trace(backend);
  }

  /** Calls the service in a new trace; returns the span of the call. */
  private SpanData trace(Backend backend) {
    var root = dev.bookmarket.runtime.telemetry.Telemetry.tracer().spanBuilder("test").startSpan();
    try (var scope = root.makeCurrent()) {
      call(backend, OneRpc.CALL);
      assertThat(Span.current()).isEqualTo(root);
    } finally {
      root.end();
    }
    return telemetry.span(span -> span.getParentSpanId().equals(root.getSpanContext().getSpanId()));
  }

  private static void call(Backend backend, MethodDescriptor<String, String> method) {
    try {
      var unused =
          ClientCalls.blockingUnaryCall(backend.channel(), method, CallOptions.DEFAULT, "request");
    } catch (StatusRuntimeException e) {
      // Its span shows the status.
    }
  }

  private static String text(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }
}
