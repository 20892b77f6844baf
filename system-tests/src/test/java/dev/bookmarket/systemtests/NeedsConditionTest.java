package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What {@code BOOKMARKET_REQUIRE} may say. */
class NeedsConditionTest {
  @Test
  void requires_the_listed_tools() {
    assertThat(NeedsCondition.requiredIn("browser, python"))
        .containsExactlyInAnyOrder(Tool.BROWSER, Tool.PYTHON);
  }

  @Test
  void requires_nothing_where_nothing_is_listed() {
    assertThat(NeedsCondition.requiredIn("")).isEmpty();
  }

  @Test
  void refuses_a_word_that_it_does_not_know() {
    assertThatThrownBy(() -> NeedsCondition.requiredIn("browser,pythn"))
        .hasMessageContaining("\"pythn\"")
        .hasMessageContaining("browser, python");
  }
}
