package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.trace.RequestTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of traces, which other processes and browsers can send in any form. */
class WaterfallTest {
  private static final String ID = "6706b5faccaf4a356bee220e234fccc9";

  @ParameterizedTest
  @CsvSource({"5000, 5000, 0", "5000, 6000, 1", "5000, 1000, 0", "9000, 1, 0"})
  void an_attempt_that_starts_after_the_deadline_has_no_time_left(
      int start, int deadline, String millisLeft) {
    var waterfall = waterfall(attempt(start, 0, deadline));

    assertThat(waterfall.rows().get(1).numbers().timeLeft()).isEqualTo(millisLeft);
  }

  @Test
  void waterfalls_that_differ_only_in_numbers_share_their_html() {
    var one = waterfall(attempt(5000, 10, 6000));
    var other = waterfall(attempt(4000, 20, 7000)).withPlaceholders();

    assertThat(one.withPlaceholders()).isEqualTo(other);
    var numbers = other.rows().get(1).numbers();
    var html = other.link() + " " + numbers.start() + " " + numbers.timeLeft() + " " + other.id();
    assertThat(one.fill(html)).isEqualTo("http://traces/" + ID + " 5.0 1 " + ID);
  }

  @Test
  void another_status_or_a_deadline_in_the_picture_is_another_html() {
    var withPlaceholders = waterfall(attempt(5000, 10, 6000)).withPlaceholders();

    assertThat(waterfall(attempt(5000, 10, 9001)).withPlaceholders())
        .isNotEqualTo(withPlaceholders);
    assertThat(waterfall(attempt(5000, 10, 6000) + ",'status':'OK'").withPlaceholders())
        .isNotEqualTo(withPlaceholders);
  }

  private static String attempt(int start, int duration, int deadline) {
    return "'kind':'ATTEMPT','start':%s,'duration':%s,'deadline':%s"
        .formatted(start, duration, deadline);
  }

  private static Waterfall waterfall(String step) {
    var json = "{'id':'" + ID + "','steps':[{'duration':9000},{" + step + "}]}";
    var trace = RequestTrace.parse(json.replace('\'', '"'));
    return Waterfall.of("trace.page", trace, "http://traces/{trace_id}");
  }
}
