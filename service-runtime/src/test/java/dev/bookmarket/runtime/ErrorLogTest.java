package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ErrorLogTest {
  @Test
  void is_logged_on_one_line_with_its_id_and_the_operation() {
    try (var log = CapturedLog.begin()) {
      var id =
          log(new IllegalStateException("first line\nsecond line\r\n\u0085\u2028third\u001b[0m"));

      assertThat(id).matches("[0-9a-f]{16}");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("ERROR", "error_id=" + id, "where=baking a cake", "second line", "ErrorLogTest")
          .doesNotContain("\u0085", "\u2028", "\u001b");
    }
  }

  @Test
  void logs_each_cause_and_where_it_was_thrown() {
    try (var log = CapturedLog.begin()) {
      log(new IllegalStateException("outer", new IllegalArgumentException("inner")));

      assertThat(log.lines())
          .singleElement()
          .asString()
          .containsSubsequence(
              "java.lang.IllegalStateException: outer at dev.bookmarket.runtime.ErrorLogTest",
              " caused by ",
              "java.lang.IllegalArgumentException: inner at dev.bookmarket.runtime.ErrorLogTest");
    }
  }

  @Test
  void the_id_of_an_exception_in_a_trace_is_that_of_the_trace() {
    try (var telemetry = TestTelemetry.begin();
        var log = CapturedLog.begin()) {
      var span = Telemetry.tracer().spanBuilder("bake").startSpan();
      try (var scope = span.makeCurrent()) {
        assertThat(log(new Error())).isEqualTo(span.getSpanContext().getTraceId());
      }

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("error_id=" + span.getSpanContext().getTraceId());
    }
  }

  @Test
  void limits_a_cycle_of_causes() {
    var chicken = new IllegalStateException("chicken");
    chicken.initCause(new IllegalStateException("egg", chicken));
    try (var log = CapturedLog.begin()) {
      log(chicken);

      assertThat(log.lines()).singleElement().asString().hasSizeLessThan(20_000);
    }
  }

  @Test
  void each_exception_has_another_id() {
    try (var log = CapturedLog.begin()) {
      assertThat(log(new Error())).isNotEqualTo(log(new Error()));
      assertThat(log.lines()).hasSize(2);
    }
  }

  private static String log(Throwable fault) {
    return ErrorLog.log(LoggerFactory.getLogger(ErrorLogTest.class), "baking a cake", fault);
  }
}
