package dev.bookmarket.systemtests;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The samples of one or more responses of {@code /metrics}. */
record Scrape(List<Sample> samples) {
  /** Labels that Prometheus adds, when it scrapes and when it receives OTLP. */
  private static final Set<String> ADDED = Set.of("job", "instance");

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*\")*)})? .*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One time series. */
  record Sample(String metric, Map<String, String> labels) {}

  /** Parses a response in OpenMetrics' text format. */
  static Scrape parse(String text) {
    return new Scrape(
        text.lines().filter(line -> !line.startsWith("#")).map(Scrape::sample).toList());
  }

  /** Returns the samples of both. */
  Scrape and(Scrape other) {
    return new Scrape(Stream.concat(samples.stream(), other.samples.stream()).toList());
  }

  /** Returns what the query names but no sample has: metrics, labels, and values of labels. */
  Set<String> missing(PromQl query) {
    var missing = new TreeSet<String>();
    for (var selector : query.selectors()) {
      var metric = selector.metric();
      if (values(metric, "").isEmpty()) {
        missing.add(metric);
        continue;
      }
      for (var label : query.grouping()) {
        if (!ADDED.contains(label) && values(metric, label).stream().allMatch(String::isEmpty)) {
          missing.add(metric + "{" + label + "}");
        }
      }
      for (var matcher : selector.matchers()) {
        if (!ADDED.contains(matcher.label())
            && values(metric, matcher.label()).stream()
                .noneMatch(value -> !value.isEmpty() && matcher.accepts(value))) {
          missing.add(
              "%s{%s%s\"%s\"}"
                  .formatted(metric, matcher.label(), matcher.operator(), matcher.value()));
        }
      }
    }
    return missing;
  }

  /** Returns the values of a label in all samples of a metric, empty where it is absent. */
  private List<String> values(String metric, String label) {
    return samples.stream()
        .filter(sample -> sample.metric().equals(metric))
        .map(sample -> sample.labels().getOrDefault(label, ""))
        .distinct()
        .toList();
  }

  private static Sample sample(String line) {
    var parts = SAMPLE.matcher(line);
    if (!parts.matches()) {
      throw new AssertionError("not a sample: " + line);
    }
    var labels = new HashMap<String, String>();
    if (parts.group(2) != null) {
      LABEL.matcher(parts.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
    }
    return new Sample(parts.group(1), labels);
  }
}
