package dev.bookmarket.marketplace.backend;

import dev.bookmarket.marketplace.language.Message;
import java.time.Duration;

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
public record CallRecord(String method, String replica, Duration took, String outcome) {
  /** The outcome of a call that has not ended. */
  public static final String PENDING = "PENDING";

  /** Whether it gave an answer. */
  public boolean answered() {
    return outcome.equals("OK");
  }

  /** In words, such as {@code Recommendations/Recommend 3.1 ms by recommendations-1}. */
  public Message message() {
    return Message.of(
        "served.call" + (answered() ? "" : ".failed") + (replica.isEmpty() ? "" : ".by"),
        method,
        took.toNanos() / 1e6,
        replica,
        outcome);
  }
}
