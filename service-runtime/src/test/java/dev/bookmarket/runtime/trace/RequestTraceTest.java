package dev.bookmarket.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.trace.TraceStep.Kind;
import io.grpc.Metadata;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces in JSON, which other processes and browsers can send in any form. */
class RequestTraceTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";

  private static final TraceStep ROOT = step(Kind.SERVER, "GET /books/{id}", 0, 0, 5_000);
  private static final TraceStep CALL =
      new TraceStep(
          Kind.ATTEMPT, "A/b", 0, 100, 900, false, "OK", "replica-1", 250_000, "SELECT 1");

  @Test
  void json_contains_everything() {
    var trace = new RequestTrace(ID, List.of(ROOT, CALL), true);

    assertThat(RequestTrace.parse(trace.toJson())).isEqualTo(trace);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "false", "true", "null", "\"", "\\", "=<>&'"})
  void json_contains_every_text(String text) {
    var step = new TraceStep(Kind.CALL, text, 0, 0, 0, false, text, text, 0, text);
    var trace = new RequestTrace(ID, List.of(step), false);

    assertThat(RequestTrace.parse(trace.toJson())).isEqualTo(trace);
  }

  @Test
  void json_is_short_printable_ascii() {
    assertThat(new RequestTrace(ID, List.of(ROOT), false).toJson())
        .isEqualTo(
            """
            {"id":"%s","steps":[{"kind":"SERVER","name":"GET /books/{id}",\
            "duration":5000}],"isTruncated":false}"""
                .formatted(ID));
    assertThat(
            new RequestTrace(ID, List.of(named("caf\u00e9\n\u202e\ud83d\ude00")), false).toJson())
        .matches("[ -~]*")
        .contains("caf? ??");
    assertThat(new RequestTrace(ID, List.of(named("=<>&'")), false).toJson()).contains("=<>&'");
  }

  @Test
  void a_shortened_trace_is_marked_and_has_no_steps_in_the_end() {
    var steps = Collections.nCopies(90, step(Kind.CALL, "CatalogueService/GetBook", 0, 1, 2));
    var trace = new RequestTrace(ID, steps, false);

    var shortened = trace.shortened();

    assertThat(shortened.isTruncated()).isTrue();
    assertThat(shortened.steps()).isEqualTo(trace.steps().subList(0, 78));
    var last = Stream.iterate(trace, RequestTrace::shortened).skip(90).findFirst().orElseThrow();
    assertThat(last).isEqualTo(new RequestTrace(ID, List.of(), true));
  }

  /** Statements have such texts, and Gson can write some of these characters in six bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"CatalogueService/GetBook", "\"\"\"\"\"\"", "= = = = =", "<>&'<>&'"})
  void trailers_have_at_most_two_kibibytes_and_the_caller_reads_them(String text) {
    var statement = text.repeat(160 / text.length());
    var step = new TraceStep(Kind.STATEMENT, "q", 0, 1, 2, false, "", "", 0, statement);
    for (int size = 1; size <= RequestTrace.MAX_STEPS; size++) {
      var trace = new RequestTrace(ID, Collections.nCopies(size, step), false);

      var read = TraceHeaders.read(TraceHeaders.withTrace(new Metadata(), trace));

      assertThat(read.isTruncated()).isEqualTo(trace.toJson().length() > 2_048);
      assertThat(read.steps()).hasSizeGreaterThanOrEqualTo(Math.min(size, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "{}",
        "7",
        "text",
        "{\"steps\":null}",
        "{\"steps\":[]}",
        "{\"steps\":[null]}",
        "{\"steps\":{}}",
        "{\"steps\":[7]}",
        "{\"steps\":[[]]}",
        "{\"steps\":[{\"start\":\"x\"}]}",
        "{\"steps\":[{\"start\":1e99}]}",
        "{\"steps\":[{\"start\":NaN}]}",
        "{\"steps\":[{\"duration\":99999999999}]}",
        "{\"steps\":[{\"name\":{}}]}",
        "{\"steps\":[{\"isOpen\":[]}]}",
        "{\"steps\":[{\"name\":\"a\"",
        "{\"steps\":[{\"name\":\"a\"}]",
      })
  void rejects_other_json(String json) {
    assertThat(RequestTrace.parse(json)).isEqualTo(RequestTrace.EMPTY);
  }

  @Test
  void rejects_deep_json() {
    assertThat(RequestTrace.parse("{\"x\":".repeat(1_000))).isEqualTo(RequestTrace.EMPTY);
    assertThat(RequestTrace.parse("[".repeat(8_000))).isEqualTo(RequestTrace.EMPTY);
    assertThat(RequestTrace.parse("{\"steps\":" + "[".repeat(8_000))).isEqualTo(RequestTrace.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
    "{}, INTERNAL",
    "{\"kind\":\"NO_SUCH_KIND\"}, INTERNAL",
    "{\"kind\":null}, INTERNAL",
    "{\"unknown\":{\"a\":[1]}}, INTERNAL",
    "{\"kind\":\"CALL\"}, CALL"
  })
  void replaces_what_is_missing(String step, Kind kind) {
    var read = RequestTrace.parse("{\"steps\":[" + step + "]}");

    assertThat(read.id()).isEmpty();
    assertThat(read.isTruncated()).isFalse();
    assertThat(read.steps())
        .containsExactly(new TraceStep(kind, "", 0, 0, 0, false, "", "", 0, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123",
        "<b>0123456789abcdef0123456789</b>",
        "0123456789ABCDEF0123456789ABCDEF"
      })
  void an_invalid_id_is_unknown(String id) {
    assertThat(new RequestTrace(id, List.of(ROOT), false).id()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -2, -1, 1, 2, 3, Integer.MAX_VALUE})
  void the_parent_of_a_step_is_an_earlier_one(int parent) {
    var step = step(Kind.CALL, "A/b", parent, 1, 2);

    assertThat(new RequestTrace(ID, List.of(step, step), false).steps())
        .extracting(TraceStep::parent)
        .containsExactly(0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, 0, 100",
    "-5, 100, 0, 100",
    "4990, 100, 4990, 10",
    "9000, 100, 5000, 0",
    "2147483647, 2147483647, 5000, 0",
    "100, 2147483647, 100, 4900",
    "100, -1, 100, 0"
  })
  void a_step_is_not_outside_of_its_parent(
      int start, int duration, int validStart, int validDuration) {
    var given = step(Kind.CALL, "A/b", 0, start, duration);

    var valid = new RequestTrace(ID, List.of(ROOT, given), false).steps().get(1);

    assertThat(valid.start()).isEqualTo(validStart);
    assertThat(valid.duration()).isEqualTo(validDuration);
  }

  @Test
  void a_child_of_a_step_that_has_ended_has_ended() {
    var open = new TraceStep(Kind.INTERNAL, "x", 0, 1, 2, true, "", "", 0, "");

    assertThat(new RequestTrace(ID, List.of(ROOT, open), false).steps().get(1).isOpen()).isFalse();
    assertThat(new RequestTrace(ID, List.of(open, open), false).steps().get(1).isOpen()).isTrue();
  }

  @Test
  void texts_and_the_number_of_steps_are_bounded() {
    var step =
        new TraceStep(
            Kind.CALL,
            "n".repeat(999),
            0,
            0,
            0,
            false,
            "s".repeat(999),
            "r".repeat(999),
            0,
            "t".repeat(999));
    var steps = IntStream.range(0, 1_000).mapToObj(index -> step).toList();

    var trace = new RequestTrace(ID, steps, false);

    assertThat(trace.isTruncated()).isTrue();
    assertThat(trace.steps()).hasSize(RequestTrace.MAX_STEPS);
    assertThat(trace.steps().get(1).name()).hasSize(80).endsWith("...");
    assertThat(trace.steps().get(1).status()).hasSize(80);
    assertThat(trace.steps().get(1).replica()).hasSize(80);
    assertThat(trace.steps().get(1).statement()).hasSize(160);
  }

  private static TraceStep named(String name) {
    return step(Kind.INTERNAL, name, 0, 0, 0);
  }

  private static TraceStep step(Kind kind, String name, int parent, int start, int duration) {
    return new TraceStep(kind, name, parent, start, duration, false, "", "", 0, "");
  }
}
