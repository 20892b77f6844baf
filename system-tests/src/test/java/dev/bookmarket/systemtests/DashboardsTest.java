package dev.bookmarket.systemtests;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboards, alerts and data sources in {@code observability/}. */
class DashboardsTest {
  private static final Pattern WINDOW = Pattern.compile("\\[(\\w+)]");

  @Test
  void there_is_one_dashboard_for_the_shop_and_one_for_a_service() {
    assertThat(Observability.dashboards())
        .extracting(each -> text(each, "/uid"))
        .containsExactlyInAnyOrder("bookmarket-shop", "bookmarket-service");
    assertThat(variables("bookmarket-service")).contains("service");
  }

  @Test
  void every_panel_has_a_title_of_its_own_a_description_and_a_unit() {
    var panels = Observability.panels();

    assertThat(panels).hasSizeGreaterThan(20);
    assertThat(panels).extracting(each -> text(each, "/title")).doesNotHaveDuplicates();
    assertThat(panels)
        .allSatisfy(
            each -> {
              assertThat(text(each, "/description")).endsWith(".");
              assertThat(text(each, "/fieldConfig/defaults/unit")).isNotBlank();
              assertThat(each.at("/targets")).isNotEmpty();
            });
  }

  @Test
  void every_variable_in_a_dashboard_is_defined_there_or_by_grafana() {
    for (var dashboard : Observability.dashboards()) {
      var used =
          Pattern.compile("\\$\\{?(\\w+)}?")
              .matcher(dashboard.toString())
              .results()
              .map(found -> found.group(1))
              .filter(name -> !name.startsWith("__"))
              .collect(toSet());
      assertThat(used).isEqualTo(Set.copyOf(variables(text(dashboard, "/uid"))));
    }
  }

  @Test
  void two_alerts_each_compare_two_burn_rates_in_two_windows() {
    var alerts = Observability.alerts();

    assertThat(alerts).hasSize(2);
    for (var alert : alerts) {
      assertThat(WINDOW.matcher(text(alert, "/data/0/model/expr")).results())
          .extracting(window -> window.group(1))
          .containsOnly("1h", "5m", "6h", "30m");
      assertThat(text(alert, "/condition")).isEqualTo(text(alert, "/data/1/refId"));
      assertThat(text(alert, "/data/1/model/expression")).isEqualTo(text(alert, "/data/0/refId"));
      assertThat(panelsOf(alert)).hasSize(1);
    }
  }

  @Test
  void traces_logs_and_metrics_link_to_each_other() {
    var sources = Observability.datasources();
    var uids = sources.findValuesAsText("uid");

    assertThat(uids).containsExactly("prometheus", "tempo", "loki");
    assertThat(sources.findValuesAsText("datasourceUid")).isNotEmpty().isSubsetOf(uids);
    assertThat(text(sources, "/0/jsonData/exemplarTraceIdDestinations/0/datasourceUid"))
        .isEqualTo("tempo");
    assertThat(text(sources, "/1/jsonData/tracesToLogsV2/datasourceUid")).isEqualTo("loki");
    assertThat(text(sources, "/1/jsonData/tracesToMetrics/datasourceUid")).isEqualTo("prometheus");
    assertThat(text(sources, "/2/jsonData/derivedFields/0/datasourceUid")).isEqualTo("tempo");
    assertThat(text(sources, "/2/jsonData/derivedFields/1/url")).contains("/bookmarket-service?");
  }

  @Test
  void compose_mounts_existing_files_into_a_backend_with_a_fixed_version() {
    var backend = Observability.backend();

    assertThat(text(backend, "/image")).matches("docker\\.io/grafana/otel-lgtm:\\d+\\.\\d+\\.\\d+");
    assertThat(text(backend, "/profiles/0")).isEqualTo("observability");
    assertThat(text(backend, "/ports/0")).startsWith("127.0.0.1:");
    assertThat(Observability.elements(backend.at("/volumes")))
        .hasSize(4)
        .extracting(volume -> volume.asText().split(":", -1)[0])
        .allMatch(source -> Files.exists(ProcessUnderTest.ROOT.resolve(source)));
  }

  @Test
  void a_query_names_its_metrics_and_labels() {
    var query =
        PromQl.parse(
            "sum by (le, b) (rate(x_bucket{a=\"1\", c=~\"5..\"}[5m])) / on (d) (y or vector(0))");

    assertThat(query.grouping()).containsExactly("b", "d", "le");
    assertThat(query.selectors())
        .containsExactly(
            new PromQl.Selector(
                "x_bucket",
                List.of(new PromQl.Matcher("a", "=", "1"), new PromQl.Matcher("c", "=~", "5.."))),
            new PromQl.Selector("y", List.of()));
  }

  @Test
  void a_scrape_lacks_what_a_query_names_and_no_sample_has() {
    var scrape =
        Scrape.parse(
            """
            # TYPE x counter
            x_total{a="1",b="{\\"}"} 3.0 # {trace_id="c"} 1.0
            y 1
            """);

    assertThat(scrape.samples())
        .contains(new Scrape.Sample("x_total", Map.of("a", "1", "b", "{\\\"}")));
    assertThat(missing(scrape, "sum by (a, job) (x_total{a=\"1\"})")).isEmpty();
    assertThat(missing(scrape, "z + y")).containsExactly("z");
    assertThat(missing(scrape, "sum by (c) (x_total)")).containsExactly("x_total{c}");
    assertThat(missing(scrape, "x_total{a=\"2\"}")).containsExactly("x_total{a=\"2\"}");
    assertThat(missing(scrape, "y{a!=\"2\"}")).containsExactly("y{a!=\"2\"}");
  }

  private static Set<String> missing(Scrape scrape, String query) {
    return scrape.missing(PromQl.parse(query));
  }

  private static List<String> variables(String dashboard) {
    return dashboard(dashboard).at("/templating/list").findValuesAsText("name");
  }

  private static JsonNode dashboard(String uid) {
    return Observability.dashboards().stream()
        .filter(each -> text(each, "/uid").equals(uid))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the panels of burn rates to which an alert refers. */
  private static List<JsonNode> panelsOf(JsonNode alert) {
    return Observability.elements(dashboard(text(alert, "/dashboardUid")).at("/panels"))
        .filter(each -> each.at("/id").equals(alert.at("/panelId")))
        .filter(each -> text(each, "/title").startsWith("Burn rate"))
        .toList();
  }

  private static String text(JsonNode node, String pointer) {
    return node.at(pointer).asText();
  }
}
