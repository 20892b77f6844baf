package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
  @Test
  void uses_the_name_in_the_environment() {
    assertThat(ReplicaName.nameFrom("recommendations-7d4f-x2"))
        .isEqualTo("recommendations-7d4f-x2");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void uses_the_name_of_the_system_if_the_environment_has_none(String nothing) {
    assertThat(ReplicaName.nameFrom(nothing))
        .isIn(ReplicaName.nameOfHost(), "localhost")
        .isNotBlank();
  }

  @Test
  void is_the_same_when_it_is_looked_up_again() {
    assertThat(ReplicaName.name()).isEqualTo(ReplicaName.nameFrom(System.getenv("HOSTNAME")));
  }

  @ParameterizedTest
  @CsvSource({"' shop ', shop", "bücher laden, b?cher?laden", "'a\nb\u007fc', a?b?c"})
  void is_printable_ascii_without_spaces(String name, String found) {
    assertThat(ReplicaName.nameFrom(name)).isEqualTo(found);
  }

  @Test
  void is_at_most_as_long_as_dns_allows() {
    assertThat(ReplicaName.nameFrom("x".repeat(10_000))).hasSize(253);
  }
}
