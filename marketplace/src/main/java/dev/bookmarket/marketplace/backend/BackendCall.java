package dev.bookmarket.marketplace.backend;

import java.time.Duration;
import java.util.Locale;

/**
 * A call to a backend that was made for a page.
 *
 * @param method the service, without its package, and the method, such as {@code
 *     Recommendations/Recommend}
 * @param replica who answered; empty where nobody did, or nobody said so
 * @param took from the start of the call to its end, or to now where it has not ended
 * @param outcome {@code OK} or the name of another gRPC status; {@link #PENDING} where it has not
 *     ended
 */
public record BackendCall(String method, String replica, Duration took, String outcome) {
  /** The outcome of a call that has not ended. */
  public static final String PENDING = "PENDING";

  /** Whether it gave an answer. */
  public boolean answered() {
    return outcome.equals("OK");
  }

  /** How long it took in milliseconds, to show, such as {@code 3.1}. */
  public String millis() {
    return String.format(Locale.ROOT, "%.1f", took.toNanos() / 1e6);
  }
}
