package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MoneyTest {
  @Test
  void shows_cents_with_two_digits() {
    assertThat(new Money(5)).hasToString("$0.05");
    assertThat(new Money(1_290)).hasToString("$12.90");
  }

  @Test
  void groups_thousands() {
    assertThat(new Money(123_456_789)).hasToString("$1,234,567.89");
  }
}
