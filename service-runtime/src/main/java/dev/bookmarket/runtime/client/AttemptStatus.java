package dev.bookmarket.runtime.client;

import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.Status.Code;
import org.jspecify.annotations.Nullable;

/** The status of one attempt of a call. */
final class AttemptStatus {
  private AttemptStatus() {}

  /**
   * Returns DEADLINE_EXCEEDED for an attempt of a call whose deadline has expired: gRPC cancels
   * each attempt of a call with a retry policy at that time.
   */
  static Code of(Status status, @Nullable Deadline deadline) {
    var isLate = status.getCode() == Code.CANCELLED && deadline != null && deadline.isExpired();
    return isLate ? Code.DEADLINE_EXCEEDED : status.getCode();
  }
}
