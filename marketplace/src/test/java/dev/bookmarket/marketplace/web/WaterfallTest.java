package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.SpanCollector;
import dev.bookmarket.runtime.trace.TraceStep;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of traces, which other processes and browsers can send in any form. */
class WaterfallTest {
  private static final String ID = "6706b5faccaf4a356bee220e234fccc9";

  @ParameterizedTest
  @CsvSource({"5000, 5000, 0", "5000, 6000, 1", "5000, 1000, 0", "9000, 1, 0"})
  void an_attempt_that_starts_after_the_deadline_has_no_time_left(
      int start, int deadline, String millisLeft) {
    var values = new Placeholders();
    var waterfall = waterfall(attempt(start, 0, deadline), values);

    assertThat(values.fill(waterfall.rows().get(1).numbers().timeLeft())).isEqualTo(millisLeft);
  }

  @Test
  void waterfalls_that_differ_only_in_numbers_share_their_html() {
    var values = new Placeholders();
    var one = waterfall(attempt(5000, 10, 6000), values);
    var other = waterfall(attempt(4000, 20, 7000), new Placeholders());

    assertThat(one).isEqualTo(other);
    var numbers = other.rows().get(1).numbers();
    var html = other.link() + " " + numbers.start() + " " + numbers.timeLeft() + " " + other.id();
    assertThat(values.fill(html)).isEqualTo("http://traces/" + ID + " 5.0 1 " + ID);
  }

  @Test
  void another_status_or_a_deadline_in_the_picture_is_another_html() {
    var waterfall = waterfall(attempt(5000, 10, 6000), new Placeholders());

    assertThat(waterfall(attempt(5000, 10, 9001), new Placeholders())).isNotEqualTo(waterfall);
    assertThat(waterfall(attempt(5000, 10, 6000) + ",'status':'OK'", new Placeholders()))
        .isNotEqualTo(waterfall);
  }

  @ParameterizedTest
  @EnumSource
  void each_kind_of_step_has_a_label(TraceStep.Kind kind) {
    var label =
        waterfall("'kind':'" + kind + "','name':'x'", new Placeholders()).rows().get(1).label();

    for (var language : Language.values()) {
      assertThat(Messages.in(language).of(label)).isNotEmpty();
    }
  }

  /**
   * Otherwise, a browser that changes its cookie could fill the cache with variants of one page.
   */
  @Test
  void the_html_of_a_page_trace_does_not_depend_on_the_trace_of_the_form() {
    var collecting = SpanCollector.collectingIn(Context.root());
    try (var spans =
        SdkTracerProvider.builder().addSpanProcessor(SpanCollector.PROCESSOR).build()) {
      var span = spans.get("test").spanBuilder("GET /").setParent(collecting).startSpan();
      var form = Optional.of(RequestTrace.parse("{'steps':[{'duration':9},{'deadline':5}]}"));

      var after = pageTrace(collecting, form).waterfalls();

      assertThat(after).hasSize(2);
      assertThat(after.get(1))
          .isEqualTo(pageTrace(collecting, Optional.empty()).waterfalls().get(0));
      span.end();
    }
  }

  private static PageTrace pageTrace(Context context, Optional<RequestTrace> form) {
    return new PageTrace(SpanCollector.of(context), form, "", new Placeholders());
  }

  private static String attempt(int start, int duration, int deadline) {
    return "'kind':'ATTEMPT','start':%s,'duration':%s,'deadline':%s"
        .formatted(start, duration, deadline);
  }

  private static Waterfall waterfall(String step, Placeholders values) {
    var json = "{'id':'" + ID + "','steps':[{'duration':9000},{" + step + "}]}";
    var trace = RequestTrace.parse(json.replace('\'', '"'));
    return Waterfall.of("trace.page", trace, "http://traces/{trace_id}", values);
  }
}
