package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Assertions about the home page, with and without its backend. */
public final class HomePage {
  /** The deadline of the calls that a page makes. */
  public static final Duration DEADLINE = Duration.ofMillis(250);

  private HomePage() {}

  /** Asserts that nothing is missing. */
  public static void assertComplete(Visitor.Response home) {
    assertThat(home.status()).isEqualTo(200);
    assertThat(home.missing()).isEmpty();
    assertThat(home.bareListItems()).isEqualTo(3);
  }

  /**
   * Asserts that nothing is missing, unless this machine may have been too busy: a call may have
   * missed its deadline, or a service has rejected one.
   */
  public static void assertCompleteUnlessBusy(Visitor.Response home) {
    assertThat(home.status()).isEqualTo(200);
    if (!home.isExcusable()) {
      assertComplete(home);
    }
  }

  /** Asserts that the page shows notices instead of the content of the backend. */
  public static void assertDegraded(Visitor.Response home) {
    assertThat(home.status()).isEqualTo(200);
    assertThat(home.missing()).containsExactlyInAnyOrder("suggestions", "categories");
    assertThat(home.bareListItems()).isZero();
  }
}
