package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.TraceStep;
import dev.bookmarket.runtime.trace.TraceStep.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.unbescape.html.HtmlEscape;

/**
 * The steps of a trace as the rows of a table, with {@link Placeholders} for the trace id and the
 * numbers.
 *
 * @param heading the key of the heading
 * @param id the placeholder of the trace id; empty if it is unknown
 * @param link the address of the trace in a tracing backend, with the placeholder; empty if there
 *     is none
 * @param rows depth first; empty if nothing was recorded
 * @param isTruncated whether steps are missing
 */
public record Waterfall(String heading, String id, String link, List<Row> rows, boolean isTruncated)
    implements Cacheable {
  /** The key of the heading of a page's own trace. */
  static final String PAGE = "trace.page";

  /** Deeper steps are not indented further. */
  private static final int MAX_DEPTH = 7;

  private static final Pattern BREAK = Pattern.compile("(?<=[/.])(?!$)");

  /**
   * One step.
   *
   * @param style the CSS classes of the depth and the kind
   * @param label what the step is
   * @param notes the replica, the status, and whether the step is open
   * @param statement the text of a database statement; empty if there is none or if it equals the
   *     label
   * @param numbers the times and positions
   */
  public record Row(
      String style, Message label, List<Message> notes, String statement, Numbers numbers) {}

  /**
   * Placeholders of the times of a step in milliseconds, and of positions in percent of the total
   * time.
   *
   * @param start when the step began
   * @param duration how long it took
   * @param timeLeft how long before its deadline it began, at least 0; empty if there is none
   * @param x the position of the bar
   * @param width the width of the bar
   * @param deadline the position of the deadline; empty if it is after the total time
   */
  public record Numbers(
      String start, String duration, String timeLeft, String x, String width, String deadline) {}

  /**
   * Returns the waterfall of a trace.
   *
   * @param heading the key of the heading
   * @param url the address of a tracing backend with {@code {trace_id}}; empty if there is none
   * @param values gets the trace id and the numbers
   */
  static Waterfall of(String heading, RequestTrace trace, String url, Placeholders values) {
    var steps = trace.steps();
    var rows = new ArrayList<Row>();
    var depths = new int[steps.size()];
    for (int index = 0; index < steps.size(); index++) {
      var step = steps.get(index);
      depths[index] = index == 0 ? 0 : depths[step.parent()] + 1;
      rows.add(row(step, depths[index], Math.max(1, steps.get(0).duration()), values));
    }
    var id = values.of(trace.id());
    var link = id.isEmpty() ? "" : url.replace("{trace_id}", id);
    return new Waterfall(heading, id, link, rows, trace.isTruncated());
  }

  /** Returns false for the trace of a form: a browser sends it, and could fill the cache. */
  @Override
  public boolean isCacheable() {
    return heading.equals(PAGE);
  }

  /** Returns a text as HTML in which a line may end after each slash and each full stop. */
  public String html(Message message, Messages messages) {
    return BREAK.matcher(HtmlEscape.escapeHtml4Xml(messages.of(message))).replaceAll("<wbr>");
  }

  private static Row row(TraceStep step, int depth, int total, Placeholders values) {
    var kind = step.kind().name().toLowerCase(Locale.ROOT);
    var deadline = step.deadline();
    var timeLeft = Math.round(Math.max(0, deadline - step.start()) / 1e3);
    return new Row(
        "d" + Math.min(depth, MAX_DEPTH) + " " + kind,
        Message.of(depth == 0 ? "trace.named" : "trace." + kind, step.name()),
        notes(step),
        step.statement().equals(step.name()) ? "" : step.statement(),
        new Numbers(
            values.of(decimal(step.start() / 1e3)),
            values.of(decimal(step.duration() / 1e3)),
            values.of(deadline == 0 || step.kind() == Kind.GAP ? "" : "" + timeLeft),
            values.of(percent(step.start(), total)),
            values.of(percent(step.duration(), total)),
            values.of(deadline == 0 || deadline > total ? "" : percent(deadline, total))));
  }

  private static List<Message> notes(TraceStep step) {
    var notes = new ArrayList<Message>();
    if (!step.replica().isEmpty()) {
      notes.add(Message.of("trace.replica", step.replica()));
    }
    if (!step.status().isEmpty()) {
      notes.add(Message.of("trace.named", step.status()));
    }
    if (step.isOpen()) {
      notes.add(Message.of("trace.open"));
    }
    return notes;
  }

  private static String percent(int part, int total) {
    return decimal(100.0 * part / total) + "%";
  }

  private static String decimal(double number) {
    var tenths = Math.round(10 * number); // String.format takes several times as long
    return tenths / 10 + "." + tenths % 10;
  }
}
