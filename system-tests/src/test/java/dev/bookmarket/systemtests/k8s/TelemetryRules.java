package dev.bookmarket.systemtests.k8s;

import static dev.bookmarket.systemtests.k8s.IsolationRules.is;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** Rules for the scraping and the export of telemetry, which the base has for no service. */
final class TelemetryRules {
  /** The name of the port that serves metrics and is in no Service. */
  static final String ADMIN = "admin";

  static final String ADMIN_PORT = "ADMIN_PORT";

  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  private static final String ANNOTATIONS = "/spec/template/metadata/annotations/prometheus.io~1";

  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEveryService(
              "either every service is scraped, at the metrics of its admin port, or none",
              (shop, each) ->
                  isScraped(shop)
                      ? scrapedPort(each).equals(adminPort(each))
                          && is(ANNOTATIONS + "path", "/metrics").test(each.object())
                      : scrapedPort(each).isEmpty()
                          && (adminPort(each).isEmpty() || isProbed(each))),
          ManifestRule.ofTheShop(
              "either every service exports telemetry, to the same endpoint, or none",
              shop ->
                  shop.workloads()
                          .filter(Workload::isOurs)
                          .map(each -> each.variable(ENDPOINT))
                          .distinct()
                          .count()
                      == 1));

  private TelemetryRules() {}

  /** Returns the port at which a workload's pods are scraped. */
  static Optional<Integer> scrapedPort(Workload workload) {
    return is(ANNOTATIONS + "scrape", "true").test(workload.object())
        ? Optional.of(workload.object().at(ANNOTATIONS + "port").asInt())
        : Optional.empty();
  }

  /** Returns the port of metrics that a workload's pods open. */
  static Optional<Integer> adminPort(Workload workload) {
    return workload
        .ports()
        .filter(TelemetryRules::isAdmin)
        .map(port -> port.at("/containerPort").asInt())
        .findFirst();
  }

  static boolean isAdmin(JsonNode containerPort) {
    return is("/name", ADMIN).test(containerPort);
  }

  /** Returns whether the readiness probe uses the admin port. */
  private static boolean isProbed(Workload workload) {
    return is("/readinessProbe/httpGet/port", ADMIN).test(workload.container());
  }

  private static boolean isScraped(Shop shop) {
    return shop.workloads().anyMatch(each -> scrapedPort(each).isPresent());
  }
}
