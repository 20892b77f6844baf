package dev.bookmarket.runtime.trace;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.opentelemetry.api.trace.TraceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The steps of one request in one process, with those of the processes that it called. Sent as JSON
 * in trailers, and in a cookie from a form to the next page. Immutable.
 *
 * @param id the trace id, 32 lower-case hexadecimal digits; empty if it is unknown
 * @param steps depth first: each step after its parent; at most 100
 * @param isTruncated whether steps are missing, because there were too many
 */
public record RequestTrace(String id, List<TraceStep> steps, boolean isTruncated) {
  /** A trace of which nothing is known. */
  public static final RequestTrace EMPTY = new RequestTrace("", List.of(), false);

  /** The largest number of steps. */
  public static final int MAX_STEPS = 100;

  private static final Gson GSON = new Gson();

  /** The values that Gson sets if a field is absent, or {@link TraceStep} instead of null. */
  private static final Set<JsonPrimitive> DEFAULTS =
      Set.of(new JsonPrimitive(0), new JsonPrimitive(false), new JsonPrimitive(""));

  /**
   * Replaces what is missing or not allowed: another id by an empty one, and an invalid parent by
   * the nearest earlier step. Omits steps after the first 100. Moves each step into its parent.
   */
  public RequestTrace {
    // Gson passes null for absent values.
    id = TraceId.isValid(id) ? id : "";
    var given = Objects.requireNonNullElse(steps, List.<TraceStep>of());
    isTruncated = isTruncated || given.size() > MAX_STEPS;
    var valid = new ArrayList<TraceStep>();
    for (var step : given.subList(0, Math.min(given.size(), MAX_STEPS))) {
      if (step != null) {
        var parent = Math.max(0, Math.min(step.parent(), valid.size() - 1));
        valid.add(step.movedInto(valid.isEmpty() ? step : valid.get(parent), parent, 0));
      }
    }
    steps = List.copyOf(valid);
  }

  /**
   * Reads a trace that another process sent, or that a browser stored.
   *
   * @return {@link #EMPTY} if the text is not the JSON of a trace
   */
  public static RequestTrace parse(String json) {
    try {
      return Objects.requireNonNullElse(GSON.fromJson(json, RequestTrace.class), EMPTY);
    } catch (JsonParseException invalid) {
      return EMPTY;
    }
  }

  /** Returns the trace in JSON, in printable ASCII and without the fields that are 0 or empty. */
  public String toJson() {
    var trace = GSON.toJsonTree(this).getAsJsonObject();
    for (var step : trace.getAsJsonArray("steps")) {
      step.getAsJsonObject().entrySet().removeIf(field -> DEFAULTS.contains(field.getValue()));
    }
    return trace.toString(); // Gson.toJson would write each of <>&=' in 6 characters
  }

  /** Returns this trace without its last steps (an eighth, at least one), marked as truncated. */
  public RequestTrace shortened() {
    return new RequestTrace(id, steps.subList(0, steps.size() * 7 / 8), true);
  }
}
