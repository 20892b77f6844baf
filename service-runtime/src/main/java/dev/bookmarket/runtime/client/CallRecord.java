package dev.bookmarket.runtime.client;

import java.time.Duration;

/**
 * One call to a service.
 *
 * @param method the service, without its package, and the method: {@code Greeter/SayHello}
 * @param replica the name of the replica that served the call; empty if it is unknown
 * @param duration from the start of the call to its end, or until now if it has not ended
 * @param outcome the name of the gRPC status; {@link #PENDING} if the call has not ended
 */
public record CallRecord(String method, String replica, Duration duration, String outcome) {
  /** The outcome of a call that has not ended. */
  public static final String PENDING = "PENDING";

  /** Returns whether the call succeeded. */
  public boolean isOk() {
    return outcome.equals("OK");
  }
}
