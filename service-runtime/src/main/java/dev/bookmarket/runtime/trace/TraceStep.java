package dev.bookmarket.runtime.trace;

import com.google.common.base.CharMatcher;
import com.google.common.primitives.Ints;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a request, such as a call or a statement. It may come from another process, so its
 * texts are short and printable ASCII, whatever was sent. Immutable.
 *
 * @param kind what the step is
 * @param name for example {@code Greeter/SayHello}, or the number of an attempt; at most 80
 *     characters
 * @param parent the index of the step of which this is a part; 0 for the first step, which has none
 * @param start microseconds from the start of the first step
 * @param duration in microseconds, until now if the step is open
 * @param isOpen whether the step has not ended
 * @param status the gRPC status, SQLSTATE or error type; empty if there is none
 * @param replica the name of the process that was called, or its address if it has not responded;
 *     empty if both are unknown
 * @param deadline microseconds from the start of the first step; 0 if there is none
 * @param statement the text of a database statement, at most 160 characters; otherwise empty
 */
public record TraceStep(
    Kind kind,
    String name,
    int parent,
    int start,
    int duration,
    boolean isOpen,
    String status,
    String replica,
    int deadline,
    String statement) {
  private static final CharMatcher SPACE = CharMatcher.whitespace();
  private static final CharMatcher NOT_PRINTABLE = CharMatcher.inRange(' ', '~').negate();
  private static final CharMatcher VISIBLE = CharMatcher.inRange('!', '~');
  private static final int MAX_NAME = 80;
  private static final int MAX_STATEMENT = 160;

  /** The kinds of steps. */
  public enum Kind {
    /** The work of a server for one request. */
    SERVER,
    /** A call to another process, with all its attempts. */
    CALL,
    /** One attempt of a call. */
    ATTEMPT,
    /** A database statement. */
    STATEMENT,
    /** A part of the work inside a process. */
    INTERNAL,
    /**
     * The time of an attempt without a response: nothing is known about the work of the service.
     */
    GAP
  }

  /**
   * Replaces what is missing or not allowed: an unknown kind by INTERNAL, a negative time by 0,
   * white space by one space, and each other UTF-16 unit that is not printable ASCII by "?". A text
   * that is too long ends with "...".
   */
  public TraceStep {
    // Gson passes null for absent or unknown values.
    kind = Objects.requireNonNullElse(kind, Kind.INTERNAL);
    name = printable(name, MAX_NAME);
    start = Math.max(0, start);
    duration = Math.max(0, duration);
    status = printable(status, MAX_NAME);
    replica = printable(replica, MAX_NAME);
    deadline = Math.max(0, deadline);
    statement = printable(statement, MAX_STATEMENT);
  }

  /** Returns a step for the whole time of this one, which is its parent. */
  TraceStep gap(int parentIndex) {
    return new TraceStep(Kind.GAP, "", parentIndex, start, duration, false, "", "", deadline, "");
  }

  /**
   * Returns this step as a child of another one: not outside of it, and marked as ended if the
   * parent has ended. An open attempt then gets the status of its call, which ended it.
   *
   * @param shiftMicros is added to the start and to the deadline
   */
  TraceStep movedInto(TraceStep parent, int parentIndex, int shiftMicros) {
    var endOfParent = (long) parent.start + parent.duration;
    var begin = Math.min(Math.max((long) start + shiftMicros, parent.start), endOfParent);
    var end = Math.min((long) start + duration + shiftMicros, endOfParent);
    return new TraceStep(
        kind,
        name,
        parentIndex,
        Ints.saturatedCast(begin),
        Ints.saturatedCast(Math.max(0, end - begin)),
        isOpen && parent.isOpen,
        isOpen && !parent.isOpen && parent.kind == Kind.CALL ? parent.status : status,
        replica,
        deadline == 0 ? 0 : Ints.saturatedCast((long) deadline + shiftMicros),
        statement);
  }

  private static String printable(@Nullable String text, int length) {
    if (text == null) {
      return "";
    } else if (text.length() <= length && VISIBLE.matchesAllOf(text)) {
      return text; // such as most names and statuses
    }
    var line = NOT_PRINTABLE.replaceFrom(SPACE.trimAndCollapseFrom(text, ' '), '?');
    return line.length() <= length ? line : line.substring(0, length - 3) + "...";
  }
}
