package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
  @Test
  void is_what_the_environment_says() {
    assertThat(Replica.nameFrom("recommendations-7d4f-x2")).isEqualTo("recommendations-7d4f-x2");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void is_what_the_system_says_where_the_environment_says_nothing(String nothing) {
    assertThat(Replica.nameFrom(nothing)).isIn(Replica.nameOfHost(), "localhost").isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({"' shop ', shop", "bücher laden, b?cher?laden", "'a\nb\u007fc', a?b?c"})
  void is_printable_ascii_without_blanks(String name, String found) {
    assertThat(Replica.nameFrom(name)).isEqualTo(found);
  }

  @Test
  void is_no_longer_than_dns_allows() {
    assertThat(Replica.nameFrom("x".repeat(10_000))).hasSize(253);
  }
}
