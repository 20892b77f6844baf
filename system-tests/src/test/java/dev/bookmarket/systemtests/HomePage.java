package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** What the home page looks like from outside, with its backend and without it. */
public final class HomePage {
  /** How long a page waits for a backend that does not answer. */
  public static final Duration DEADLINE = Duration.ofMillis(250);

  private HomePage() {}

  /** The home page with all that belongs on it. */
  public static void assertWhole(Visitor.Answer home) {
    assertThat(home.status()).isEqualTo(200);
    assertThat(home.missing()).isEmpty();
    assertThat(home.bareListItems()).isEqualTo(3);
  }

  /**
   * The same, unless the answer took so long that the backend's deadline may have passed for no
   * other reason than that this machine was too busy.
   */
  public static void assertWholeUnlessLate(Visitor.Answer home) {
    assertThat(home.status()).isEqualTo(200);
    if (home.took().compareTo(DEADLINE) < 0) {
      assertWhole(home);
    }
  }

  /** The home page without what the backend would have given, saying so. */
  public static void assertDegraded(Visitor.Answer home) {
    assertThat(home.status()).isEqualTo(200);
    assertThat(home.missing()).containsExactlyInAnyOrder("suggestions", "categories");
    assertThat(home.bareListItems()).isZero();
  }
}
