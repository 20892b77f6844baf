package dev.bookmarket.systemtests;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The metrics and labels that a PromQL query names.
 *
 * @param selectors the metrics, each with its label matchers
 * @param grouping the labels in {@code by (…)} and similar lists
 */
record PromQl(List<Selector> selectors, Set<String> grouping) {
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)})?(?!\\s*\\(|[\\w:])");
  private static final Pattern MATCHER =
      Pattern.compile("\\G\\s*(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"\\\\]*)\"\\s*(?:,|$)");
  private static final Pattern VARIABLE =
      Pattern.compile("label_values\\(\\s*([\\w:]+)\\s*,\\s*(\\w+)\\s*\\)");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

  /** A metric with label matchers. */
  record Selector(String metric, List<Matcher> matchers) {}

  /** A condition for the value of a label, such as {@code status=~"5.."}. */
  record Matcher(String label, String operator, String value) {
    boolean accepts(String text) {
      return switch (operator) {
        case "=" -> text.equals(value);
        case "!=" -> !text.equals(value);
        case "=~" -> text.matches(value);
        default -> !text.matches(value);
      };
    }
  }

  /** Parses a query, or the {@code label_values(metric, label)} of a variable of Grafana. */
  static PromQl parse(String query) {
    var variable = VARIABLE.matcher(query);
    if (variable.matches()) {
      return new PromQl(
          List.of(new Selector(variable.group(1), List.of())), Set.of(variable.group(2)));
    }
    var text = RANGE.matcher(query).replaceAll("");
    var grouping = new TreeSet<String>();
    for (var list : GROUPING.matcher(text).results().toList()) {
      grouping.addAll(List.of(list.group(1).strip().split("\\s*,\\s*")));
    }
    text = GROUPING.matcher(text).replaceAll(" ");
    var selectors = new ArrayList<Selector>();
    for (var found : SELECTOR.matcher(text).results().toList()) {
      if (!OPERATORS.contains(found.group(1))) {
        selectors.add(new Selector(found.group(1), matchers(found.group(2))));
      }
    }
    return new PromQl(selectors, grouping);
  }

  private static List<Matcher> matchers(String text) {
    var matchers = new ArrayList<Matcher>();
    var parsed = 0;
    var matcher = MATCHER.matcher(text == null ? "" : text);
    while (matcher.find()) {
      matchers.add(new Matcher(matcher.group(1), matcher.group(2), matcher.group(3)));
      parsed = matcher.end();
    }
    if (text != null && parsed != text.length()) {
      throw new AssertionError("this test does not support these matchers: {" + text + "}");
    }
    return matchers;
  }
}
