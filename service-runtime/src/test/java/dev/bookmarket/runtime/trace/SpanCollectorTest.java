package dev.bookmarket.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import dev.bookmarket.runtime.trace.TraceStep.Kind;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.DbAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of spans, without gRPC. */
class SpanCollectorTest {
  private static final RequestTrace RECEIVED =
      new RequestTrace(
          "", List.of(new TraceStep(Kind.SERVER, "A/b", 0, 0, 1, false, "", "", 0, "")), false);

  private final TestTelemetry telemetry = TestTelemetry.begin();
  private final Context context = SpanCollector.collectingIn(Context.root());
  private final SpanCollector collector = SpanCollector.of(context).orElseThrow();
  private final Span request = start(context, SpanKind.SERVER, "request");
  private final Span call = start(context.with(request), SpanKind.CLIENT, "a.b.C/d");
  private final Span attempt = attempt(1);

  @AfterEach
  void stop() {
    telemetry.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "INTERNAL"})
  void an_attempt_that_ended_without_a_response_is_a_gap(String status) {
    end(attempt, status);

    assertThat(collector.toTrace().steps())
        .extracting(TraceStep::kind, TraceStep::parent, TraceStep::status)
        .containsExactly(
            tuple(Kind.SERVER, 0, ""),
            tuple(Kind.CALL, 0, ""),
            tuple(Kind.ATTEMPT, 1, status),
            tuple(Kind.GAP, 2, ""));
  }

  @Test
  void an_attempt_in_progress_is_no_gap() {
    assertThat(kinds()).containsExactly(Kind.SERVER, Kind.CALL, Kind.ATTEMPT);
  }

  @Test
  void an_attempt_with_a_response_without_steps_is_no_gap() {
    collector.receive(attempt.getSpanContext(), RequestTrace.EMPTY);
    end(attempt, "UNAVAILABLE");

    assertThat(kinds()).containsExactly(Kind.SERVER, Kind.CALL, Kind.ATTEMPT);
  }

  /** At the deadline, gRPC ends the call first, and the attempt on another thread. */
  @Test
  void an_open_attempt_of_a_call_that_has_ended_is_a_gap_with_its_status() {
    end(call, "DEADLINE_EXCEEDED");

    var trace = collector.toTrace();

    var steps = trace.steps();
    assertThat(steps)
        .extracting(TraceStep::kind)
        .containsExactly(Kind.SERVER, Kind.CALL, Kind.ATTEMPT, Kind.GAP);
    assertThat(steps.get(2).status()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(steps.get(2).isOpen()).isFalse();
    assertThat(RequestTrace.parse(trace.toJson())).isEqualTo(trace);
  }

  @Test
  void a_truncated_trace_of_one_attempt_hides_no_gap_of_another() {
    collector.receive(
        attempt.getSpanContext(), new RequestTrace("", RECEIVED.steps(), /* isTruncated= */ true));
    end(attempt, "OK");
    end(attempt(2), "UNAVAILABLE");

    assertThat(kinds())
        .containsExactly(Kind.SERVER, Kind.CALL, Kind.ATTEMPT, Kind.SERVER, Kind.ATTEMPT, Kind.GAP);
    assertThat(collector.toTrace().isTruncated()).isTrue();
  }

  @Test
  void a_later_trace_of_an_attempt_replaces_an_earlier_one() {
    collector.receive(attempt.getSpanContext(), RequestTrace.EMPTY);
    collector.receive(attempt.getSpanContext(), RECEIVED);

    assertThat(kinds()).containsExactly(Kind.SERVER, Kind.CALL, Kind.ATTEMPT, Kind.SERVER);
  }

  @Test
  void keeps_no_trace_of_an_attempt_that_is_not_collected() {
    for (int number = 2; number <= 200; number++) {
      collector.receive(attempt(number).getSpanContext(), RECEIVED);
    }
    collector.receive(start(Context.root(), SpanKind.CLIENT, "x").getSpanContext(), RECEIVED);

    assertThat(collector)
        .extracting("received", InstanceOfAssertFactories.map(String.class, RequestTrace.class))
        .hasSizeLessThan(RequestTrace.MAX_STEPS);
    assertThat(collector.toTrace().isTruncated()).isTrue();
    assertThat(collector.toTrace().steps()).hasSize(RequestTrace.MAX_STEPS);
  }

  @ParameterizedTest
  @CsvSource({"40001, 40001", "'', org.postgresql.util.PSQLException"})
  void the_status_of_a_statement_is_its_sqlstate_if_it_has_one(String sqlState, String status) {
    start(context.with(call), SpanKind.CLIENT, "INSERT orders")
        .setAttribute(DbAttributes.DB_SYSTEM_NAME, "postgresql")
        .setAttribute(ErrorAttributes.ERROR_TYPE, "org.postgresql.util.PSQLException")
        .setAttribute(DbAttributes.DB_RESPONSE_STATUS_CODE, sqlState.isEmpty() ? null : sqlState)
        .end();

    assertThat(collector.toTrace().steps())
        .last()
        .extracting(TraceStep::kind, TraceStep::status)
        .containsExactly(Kind.STATEMENT, status);
  }

  private List<Kind> kinds() {
    return collector.toTrace().steps().stream().map(TraceStep::kind).toList();
  }

  private Span attempt(int number) {
    return start(context.with(call), SpanKind.CLIENT, "a.b.C/d")
        .setAttribute(SpanCollector.ATTEMPT, number);
  }

  private static void end(Span span, String status) {
    span.setAttribute("rpc.response.status_code", status).end();
  }

  private static Span start(Context parent, SpanKind kind, String name) {
    return Telemetry.tracer().spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan();
  }
}
