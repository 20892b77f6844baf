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
import java.util.stream.IntStream;
import org.unbescape.html.HtmlEscape;

/**
 * The steps of a trace as the rows of a table. Its HTML is cached without the trace id and the
 * numbers, because they differ between requests.
 *
 * @param heading the key of the heading
 * @param id the trace id; empty if it is unknown
 * @param link the address of the trace in a tracing backend; empty if there is none
 * @param rows depth first; empty if nothing was recorded
 * @param isTruncated whether steps are missing
 */
public record Waterfall(String heading, String id, String link, List<Row> rows, boolean isTruncated)
    implements Cacheable {
  /** The key of the heading of a page's own trace. */
  static final String PAGE = "trace.page";

  /** Deeper steps are not indented further. */
  private static final int MAX_DEPTH = 7;

  /**
   * A placeholder is the index of a number, or 0 for the trace id, between two of this character.
   * The texts of a trace contain no control characters.
   */
  private static final char MARK = '\u0001';

  /** For the id and six numbers of each of 100 steps. */
  private static final List<String> PLACEHOLDERS =
      IntStream.rangeClosed(0, 6 * RequestTrace.MAX_STEPS)
          .mapToObj(index -> MARK + Integer.toString(index) + MARK)
          .toList();

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
   * The times of a step in milliseconds, and positions in percent of the total time.
   *
   * @param start when the step began
   * @param duration how long it took
   * @param timeLeft how long before its deadline it began, at least 0; empty if there is none
   * @param x the position of the bar
   * @param width the width of the bar
   * @param deadline the position of the deadline; empty if it is after the total time
   */
  public record Numbers(
      String start, String duration, String timeLeft, String x, String width, String deadline) {
    private List<String> all() {
      return List.of(start, duration, timeLeft, x, width, deadline);
    }

    private static Numbers of(List<String> all) {
      return new Numbers(all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5));
    }
  }

  /**
   * Returns the waterfall of a trace.
   *
   * @param heading the key of the heading
   * @param url the address of a tracing backend with {@code {trace_id}}; empty if there is none
   */
  static Waterfall of(String heading, RequestTrace trace, String url) {
    var steps = trace.steps();
    var rows = new ArrayList<Row>();
    var depths = new int[steps.size()];
    for (int index = 0; index < steps.size(); index++) {
      var step = steps.get(index);
      depths[index] = index == 0 ? 0 : depths[step.parent()] + 1;
      rows.add(row(step, depths[index], Math.max(1, steps.get(0).duration())));
    }
    var link = url.isEmpty() || trace.id().isEmpty() ? "" : url.replace("{trace_id}", trace.id());
    return new Waterfall(heading, trace.id(), link, rows, trace.isTruncated());
  }

  /** Returns false for the trace of a form: a browser sends it, and could fill the cache. */
  @Override
  public boolean isCacheable() {
    return heading.equals(PAGE);
  }

  @Override
  public Waterfall withPlaceholders() {
    int next = 0;
    var idPlaceholder = placeholder(id, next);
    var withPlaceholders = new ArrayList<Row>();
    for (var row : rows) {
      var numbers = new ArrayList<String>();
      for (var number : row.numbers.all()) {
        next++;
        numbers.add(placeholder(number, next));
      }
      withPlaceholders.add(
          new Row(row.style, row.label, row.notes, row.statement, Numbers.of(numbers)));
    }
    var linkWithPlaceholder = link.replace(id, idPlaceholder);
    return new Waterfall(
        heading, idPlaceholder, linkWithPlaceholder, withPlaceholders, isTruncated);
  }

  private static String placeholder(String number, int index) {
    return number.isEmpty() ? "" : PLACEHOLDERS.get(index);
  }

  @Override
  public String fill(String html) {
    var values = new ArrayList<String>(List.of(id));
    rows.forEach(row -> values.addAll(row.numbers.all()));
    var filled = new StringBuilder(html.length() + 2 * values.size());
    int end = 0;
    for (int mark = html.indexOf(MARK); mark >= 0; mark = html.indexOf(MARK, end)) {
      filled.append(html, end, mark);
      end = html.indexOf(MARK, mark + 1) + 1;
      filled.append(values.get(Integer.parseInt(html, mark + 1, end - 1, 10)));
    }
    return filled.append(html, end, html.length()).toString();
  }

  /** Returns a text as HTML in which a line may end after each slash and each full stop. */
  public String html(Message message, Messages messages) {
    return BREAK.matcher(HtmlEscape.escapeHtml4Xml(messages.of(message))).replaceAll("<wbr>");
  }

  private static Row row(TraceStep step, int depth, int total) {
    var deadline = step.deadline();
    return new Row(
        "d" + Math.min(depth, MAX_DEPTH) + " " + step.kind().name().toLowerCase(Locale.ROOT),
        label(step, depth),
        notes(step),
        step.statement().equals(step.name()) ? "" : step.statement(),
        new Numbers(
            decimal(step.start() / 1e3),
            decimal(step.duration() / 1e3),
            deadline == 0 || step.kind() == Kind.GAP
                ? ""
                : "" + Math.round(Math.max(0, deadline - step.start()) / 1e3),
            percent(step.start(), total),
            percent(step.duration(), total),
            deadline == 0 || deadline > total ? "" : percent(deadline, total)));
  }

  private static Message label(TraceStep step, int depth) {
    return switch (step.kind()) {
      case SERVER ->
          depth == 0 ? Message.of("trace.named", step.name()) : Message.of("trace.server");
      case ATTEMPT -> Message.of("trace.attempt", step.name());
      case GAP -> Message.of("trace.gap");
      case CALL, STATEMENT, INTERNAL -> Message.of("trace.named", step.name());
    };
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
