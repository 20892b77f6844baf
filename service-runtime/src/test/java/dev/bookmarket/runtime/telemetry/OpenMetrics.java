package dev.bookmarket.runtime.telemetry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A response of {@code /metrics}, parsed by the grammar of <a
 * href="https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md">OpenMetrics
 * 1.0</a>.
 */
public final class OpenMetrics {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final String LABELS = "\\{(?:" + LABEL + "(?:," + LABEL + ")*)?\\}";
  private static final String NUMBER = "[+-]?(?:Inf|[0-9.]+(?:[eE][+-]?[0-9]+)?)|NaN";
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(?<name>NAME)(?<labels>LABELS)? (?<value>NUMBER)(?: [0-9.]+)?(?: # (?<exemplar>LABELS) (?:NUMBER)(?: [0-9.]+)?)?"
              .replace("NAME", NAME)
              .replace("LABELS", LABELS)
              .replace("NUMBER", "(?:" + NUMBER + ")"));
  private static final Pattern METADATA =
      Pattern.compile("# (TYPE|UNIT|HELP) (%s) (.+)".formatted(NAME));
  private static final Pattern PAIR = Pattern.compile("([a-zA-Z_0-9]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final List<String> TYPES =
      List.of("counter", "gauge", "histogram", "info", "unknown");

  /**
   * One sample.
   *
   * @param exemplar the labels of its exemplar; empty if it has none
   */
  public record Sample(
      String name, Map<String, String> labels, double value, Map<String, String> exemplar) {
    /** Returns whether it has that label. */
    public boolean has(String label, String text) {
      return text.equals(labels.get(label));
    }
  }

  private final List<Sample> samples = new ArrayList<>();

  private OpenMetrics() {}

  /** Requests and parses the metrics of the process with that admin port. */
  public static OpenMetrics scrape(int port) throws IOException {
    var url = URI.create("http://127.0.0.1:" + port + "/metrics").toURL();
    var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setRequestProperty("Accept", "application/openmetrics-text; version=1.0.0");
    try (var body = connection.getInputStream()) {
      return parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Parses a response; throws {@link AssertionError} if a line violates the grammar. */
  public static OpenMetrics parse(String text) {
    if (!text.endsWith("# EOF\n")) {
      throw new AssertionError("not complete: " + text);
    }
    var metrics = new OpenMetrics();
    var types = new HashMap<String, String>();
    var family = "";
    for (var line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
      var metadata = METADATA.matcher(line);
      var sample = SAMPLE.matcher(line);
      if (metadata.matches()) {
        var isNew = metadata.group(1).equals("TYPE");
        if (isNew && types.putIfAbsent(metadata.group(2), metadata.group(3)) != null
            || isNew && !TYPES.contains(metadata.group(3))
            || !isNew && !metadata.group(2).equals(family)) {
          throw new AssertionError("out of order or unknown: " + line);
        }
        family = metadata.group(2);
      } else if (sample.matches() && sample.group("name").startsWith(family)) {
        metrics.add(
            new Sample(
                sample.group("name"),
                labelsOf(sample.group("labels")),
                Double.parseDouble(sample.group("value").replace("Inf", "Infinity")),
                labelsOf(sample.group("exemplar"))));
      } else {
        throw new AssertionError("not OpenMetrics: " + line);
      }
    }
    return metrics;
  }

  private void add(Sample sample) {
    if (samples.stream()
        .anyMatch(one -> one.name.equals(sample.name) && one.labels.equals(sample.labels))) {
      throw new AssertionError("twice: " + sample);
    }
    samples.add(sample);
  }

  /** Returns all samples, in the order of the response. */
  public List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Returns the samples with that name. */
  public List<Sample> samples(String name) {
    return samples.stream().filter(sample -> sample.name.equals(name)).toList();
  }

  /** Returns the value of the sample with that name and exactly these labels; 0 if it is absent. */
  public double value(String name, Map<String, String> labels) {
    return samples(name).stream()
        .filter(sample -> sample.labels.equals(labels))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static Map<String, String> labelsOf(@org.jspecify.annotations.Nullable String braces) {
    var labels = new HashMap<String, String>();
    PAIR.matcher(braces == null ? "" : braces)
        .results()
        .forEach((MatchResult pair) -> labels.put(pair.group(1), pair.group(2)));
    return labels;
  }
}
