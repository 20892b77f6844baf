package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Status;
import io.opentelemetry.api.logs.Severity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogLineTest {
  private static final Logger OURS = LoggerFactory.getLogger(LogLineTest.class);

  /** C0, C1, NEL, line separators, direction marks, an invisible mark, half a character. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "\r\n",
        "\u0000",
        "\u001b[31m",
        "\u007f",
        "\u0085",
        "\u009b",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\ufeff",
        "\ud83d"
      })
  void contains_no_line_breaks_and_no_control_characters(String evil) {
    var text = "a" + evil + "b";
    try (var log = CapturedLog.begin()) {
      OURS.atWarn().addKeyValue("key", text).setCause(new IllegalStateException(text)).log(text);

      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches(
              "\\S+ WARN LogLineTest - key=a\\P{C}+b fault=\\P{C}*a\\P{C}+b at \\P{C}* a\\P{C}+b")
          .matches("[\\p{Print}]*");
    }
  }

  @Test
  void carries_the_ids_of_the_current_span_and_is_exported_with_them() {
    try (var telemetry = TestTelemetry.begin();
        var log = CapturedLog.begin()) {
      var span = Telemetry.tracer().spanBuilder("bake").startSpan();
      var ids = span.getSpanContext();
      try (var scope = span.makeCurrent()) {
        OURS.atInfo().addKeyValue("cake", 1).log("Baking");
        // The JDK makes the call.
        List.of("from a client").forEach(LoggerFactory.getLogger("org.example.Oven")::warn);
      }

      assertThat(log.lines())
          .hasSize(2)
          .allMatch(
              line ->
                  line.contains(
                      " - trace_id=%s span_id=%s ".formatted(ids.getTraceId(), ids.getSpanId())));
      assertThat(telemetry.logs())
          .hasSize(2)
          .allMatch(record -> record.getSpanContext().equals(ids))
          .noneMatch(record -> record.toString().contains("from a client"))
          .first()
          .satisfies(
              record -> {
                assertThat(record.getBodyValue().asString()).isEqualTo("cake=1 Baking");
                assertThat(record.getSeverity()).isEqualTo(Severity.INFO);
              });
    }
  }

  @Test
  void is_short_for_every_event() {
    var huge = "x".repeat(100_000);
    var fault = new IllegalStateException(huge, new IllegalStateException(huge));
    try (var log = CapturedLog.begin()) {
      OURS.atError().addKeyValue("key", huge).setCause(fault).log(huge);

      assertThat(log.lines()).singleElement().asString().hasSizeLessThanOrEqualTo(10_000);
    }
  }

  @Test
  void shows_a_message_of_a_library_by_the_place_that_logged_it() {
    try (var log = CapturedLog.begin()) {
      // The JDK makes the call.
      List.of("from a client").forEach(LoggerFactory.getLogger("org.example.Parser")::warn);

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains(" WARN Parser - at=", " Event of a library")
          .doesNotContain("from a client");
    }
  }

  @Test
  void shows_the_message_of_a_throwable_only_if_our_code_threw_it() {
    try (var log = CapturedLog.begin()) {
      OURS.error("1", new IllegalStateException("what we say", parserException()));
      OURS.error("2", new IllegalStateException(parserException()));

      assertThat(log.lines())
          .hasSize(2)
          .noneSatisfy(line -> assertThat(line).contains("from a client"))
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          "IllegalStateException",
                          " caused by java.lang.NumberFormatException at java.base/java.lang"))
          .anySatisfy(line -> assertThat(line).contains("IllegalStateException: what we say at"));
    }
  }

  @Test
  void shows_the_message_of_another_service() {
    try (var log = CapturedLog.begin()) {
      OURS.error("x", Status.INTERNAL.withDescription("trace 1234").asRuntimeException());

      assertThat(log.lines()).singleElement().asString().contains("INTERNAL: trace 1234");
    }
  }

  @Test
  void shows_a_throwable_that_is_a_value_in_the_same_way() {
    try (var log = CapturedLog.begin()) {
      OURS.atWarn().addKeyValue("failure", parserException()).log("x");

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("failure=java.lang.NumberFormatException at ")
          .doesNotContain("from a client");
    }
  }

  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  @ParameterizedTest
  @CsvSource({"fa,IR", "th,TH", "ar,SA", "ja,JP", "tr,TR"})
  void has_the_time_in_iso_8601_in_every_locale(String language, String country) {
    try (var sample =
        JavaProcess.start(
            SampleProcess.class,
            Map.of("SAMPLE_PORT", "0", "SAMPLE_START", "with-a-bug"),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=" + language,
                "-Duser.country=" + country,
                "-Duser.extensions=u-ca-buddhist-nu-thai"))) {
      sample.awaitEnd();

      assertThat(sample.output())
          .isNotEmpty()
          .allMatch(
              line -> line.matches("20\\d\\d-[01]\\d-[0-3]\\dT[0-9:]{8}\\.\\d{3}\\S+ [A-Z]+ .*"));
    }
  }

  private static RuntimeException parserException() {
    try {
      Integer.parseInt("from a client");
      throw new AssertionError();
    } catch (NumberFormatException e) {
      return e;
    }
  }
}
