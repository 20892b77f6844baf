package dev.bookmarket.systemtests;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files in {@code observability/}, parsed strictly. */
final class Observability {
  private static final Path FOLDER = ProcessUnderTest.ROOT.resolve("observability");
  private static final ObjectMapper JSON = strict(JsonMapper.builder());
  private static final ObjectMapper YAML = strict(YAMLMapper.builder(new YAMLFactory()));

  private Observability() {}

  /** A query for metrics, and where it is used. */
  record Query(String place, String text) {
    @Override
    public String toString() {
      return place;
    }
  }

  static List<JsonNode> dashboards() {
    try (var files = Files.list(FOLDER.resolve("dashboards"))) {
      return files.sorted().map(file -> read(JSON, file)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the panels of all dashboards, without the rows. */
  static List<JsonNode> panels() {
    return dashboards().stream()
        .flatMap(dashboard -> elements(dashboard.at("/panels")))
        .filter(panel -> !panel.at("/type").asText().equals("row"))
        .toList();
  }

  static List<JsonNode> alerts() {
    return elements(yaml("alerts.yaml").at("/groups"))
        .flatMap(group -> elements(group.at("/rules")))
        .toList();
  }

  static JsonNode datasources() {
    return yaml("datasources.yaml").at("/datasources");
  }

  /** Returns all queries for metrics of dashboards, their variables, alerts and data sources. */
  static List<Query> queries() {
    var ofPanels =
        panels().stream()
            .flatMap(
                panel ->
                    elements(panel.at("/targets"))
                        .filter(target -> isPrometheus(target.at("/datasource")))
                        .map(target -> query(panel.at("/title"), target.at("/expr"))));
    var ofVariables =
        dashboards().stream()
            .flatMap(dashboard -> elements(dashboard.at("/templating/list")))
            .filter(variable -> isPrometheus(variable.at("/datasource")))
            .map(variable -> query(variable.at("/label"), variable.at("/query/query")));
    var ofAlerts =
        alerts().stream()
            .flatMap(
                alert ->
                    elements(alert.at("/data"))
                        .filter(data -> data.at("/datasourceUid").asText().equals("prometheus"))
                        .map(data -> query(alert.at("/title"), data.at("/model/expr"))));
    var ofTraces =
        elements(datasources())
            .flatMap(source -> elements(source.at("/jsonData/tracesToMetrics/queries")))
            .map(link -> query(link.at("/name"), link.at("/query")));
    return Stream.of(ofPanels, ofVariables, ofAlerts, ofTraces).flatMap(all -> all).toList();
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Returns the service of compose that stores and shows telemetry. */
  static JsonNode backend() {
    return read(YAML, ProcessUnderTest.ROOT.resolve("docker-compose.yml")).at("/services/lgtm");
  }

  private static boolean isPrometheus(JsonNode datasource) {
    return datasource.at("/type").asText().equals("prometheus");
  }

  private static Query query(JsonNode place, JsonNode text) {
    // Grafana replaces this in a query of a data source by matchers for labels of Prometheus.
    return new Query(place.asText(), text.asText().replace("$$__tags", ""));
  }

  private static JsonNode yaml(String file) {
    return read(YAML, FOLDER.resolve(file));
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError("invalid: " + file, e);
    }
  }

  private static ObjectMapper strict(
      com.fasterxml.jackson.databind.cfg.MapperBuilder<? extends ObjectMapper, ?> builder) {
    return builder
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
