package dev.bookmarket.runtime.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The steps of one request in one process, with those of the processes that it called. In JSON, it
 * passes from a server to its caller, and from one page to the next. Immutable.
 *
 * @param id the trace id, 32 hexadecimal digits; empty if it is unknown
 * @param steps depth first: each step after its parent; at most 100
 * @param isTruncated whether steps are missing, because there were too many
 */
public record RequestTrace(String id, List<TraceStep> steps, boolean isTruncated) {
  /** The largest number of steps. */
  static final int MAX_STEPS = 100;

  private static final Gson GSON = new Gson();

  /** The length of a trace in JSON without its steps. */
  private static final int FRAME_LENGTH = 80;

  /** Replaces what is missing or not allowed. */
  public RequestTrace {
    id = id != null && id.matches("[0-9a-f]{32}") ? id : "";
    var given = Objects.requireNonNullElse(steps, List.<TraceStep>of());
    isTruncated = isTruncated || given.size() > MAX_STEPS;
    var valid = new ArrayList<TraceStep>();
    for (var step : given.subList(0, Math.min(given.size(), MAX_STEPS))) {
      if (step != null) {
        var parent = Math.max(0, Math.min(step.parent(), valid.size() - 1));
        valid.add(valid.isEmpty() ? step : step.movedInto(valid.get(parent), parent, 0));
      }
    }
    steps = List.copyOf(valid);
  }

  /**
   * Reads a trace that another process sent, or that a browser stored.
   *
   * @return empty if the text is not the JSON of a trace
   */
  public static Optional<RequestTrace> parse(String json) {
    try {
      return Optional.ofNullable(GSON.fromJson(json, RequestTrace.class))
          .filter(trace -> !trace.steps.isEmpty());
    } catch (JsonParseException invalid) {
      return Optional.empty();
    }
  }

  /**
   * Returns the trace in JSON of printable ASCII, without the last steps if it would be longer.
   *
   * @param maxLength at least 100 characters
   */
  public String toJson(int maxLength) {
    var written = new JsonArray();
    var length = FRAME_LENGTH;
    for (var step : steps) {
      var json = GSON.toJsonTree(step).getAsJsonObject();
      // Absent values are read as 0, false or an empty text.
      json.entrySet().removeIf(entry -> entry.getValue().getAsString().matches("0|false|"));
      length += json.toString().getBytes(US_ASCII).length + 1;
      if (length > maxLength) {
        break;
      }
      written.add(json);
    }
    var trace = new JsonObject();
    trace.addProperty("id", id);
    trace.add("steps", written);
    trace.addProperty("isTruncated", isTruncated || written.size() < steps.size());
    return GSON.toJson(trace);
  }
}
