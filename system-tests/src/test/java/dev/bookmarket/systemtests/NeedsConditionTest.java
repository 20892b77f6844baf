package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests the values of {@code BOOKMARKET_REQUIRE}. */
class NeedsConditionTest {
  @Test
  void requires_the_listed_tools() {
    assertThat(NeedsCondition.requiredIn("browser, python"))
        .containsExactlyInAnyOrder(Tool.BROWSER, Tool.PYTHON);
  }

  @Test
  void requires_no_tools_if_the_list_is_empty() {
    assertThat(NeedsCondition.requiredIn("")).isEmpty();
  }

  @Test
  void rejects_an_unknown_tool() {
    assertThatThrownBy(() -> NeedsCondition.requiredIn("browser,pythn"))
        .hasMessageContaining("\"pythn\"")
        .hasMessageContaining("browser, python");
  }
}
