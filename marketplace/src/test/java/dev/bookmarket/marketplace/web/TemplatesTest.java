package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.client.CallRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  @Test
  void shows_milliseconds_with_one_digit() {
    assertThat(textOf(new CallRecord("A/B", "", Duration.ofNanos(3_149_999), "OK")))
        .isEqualTo("A/B 3.1 ms");
    assertThat(textOf(new CallRecord("A/B", "b-1", Duration.ofMillis(1_234), "OK")))
        .isEqualTo("A/B 1234.0 ms by b-1");
    assertThat(textOf(new CallRecord("A/B", "", Duration.ofMillis(250), "DEADLINE_EXCEEDED")))
        .isEqualTo("A/B DEADLINE_EXCEEDED after 250.0 ms");
    assertThat(textOf(new CallRecord("A/B", "b-1", Duration.ofMillis(2), "INTERNAL")))
        .isEqualTo("A/B INTERNAL after 2.0 ms by b-1");
  }

  private static String textOf(CallRecord call) {
    return Messages.in(Language.ENGLISH).of(Templates.messageOf(call));
  }
}
