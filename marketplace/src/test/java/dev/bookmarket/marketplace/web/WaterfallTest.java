package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.runtime.trace.RequestTrace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of traces, which other processes and browsers can send in any form. */
class WaterfallTest {
  @ParameterizedTest
  @CsvSource({"5000, 5000, 0.0", "5000, 6000, 1.0", "5000, 1000, 0.0", "9000, 1, 0.0"})
  void an_attempt_that_starts_after_the_deadline_has_no_time_left(
      int start, int deadline, double millisLeft) {
    var json =
        "{'steps':[{'duration':9000},{'kind':'ATTEMPT','start':%s,'deadline':%s}]}"
            .formatted(start, deadline)
            .replace('\'', '"');

    var waterfall = Waterfall.of("trace.page", RequestTrace.parse(json), "");

    assertThat(waterfall.rows().get(1).notes())
        .containsExactly(Message.of("trace.deadline", millisLeft));
  }
}
