package dev.bookmarket.systemtests.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests meet all rules, as they are, with telemetry and with TLS. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class ManifestsTest {
  private static Shop shop;
  private static Shop observed;
  private static Shop encrypted;

  @BeforeAll
  static void render() {
    var variables = new EnvironmentVariables();
    shop = new Shop(Manifests.rendered(), variables);
    observed = new Shop(Manifests.renderedWithTelemetry(), variables);
    encrypted = new Shop(Manifests.renderedWithTls(), variables);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void meet_the_rule(ManifestRule rule) {
    assertThat(rule.violations().apply(shop)).as(rule.name()).isEmpty();
    assertThat(rule.violations().apply(observed)).as("with telemetry: " + rule.name()).isEmpty();
    assertThat(rule.violations().apply(encrypted)).as("with TLS: " + rule.name()).isEmpty();
  }

  @Test
  void use_only_the_api_of_kubernetes_1_26() {
    assertThat(
            Stream.of(shop, observed, encrypted)
                .flatMap(each -> each.manifests().objects().stream())
                .flatMap(each -> KubernetesApi.validationError(each).stream()))
        .isEmpty();
  }

  @Test
  void neither_expose_the_admin_port_nor_export_telemetry_by_default() {
    assertThat(shop.workloads())
        .isNotEmpty()
        .allMatch(each -> TelemetryRules.adminPort(each).isEmpty())
        .allMatch(each -> each.variables().noneMatch(ManifestsTest::isOfOpenTelemetry));
  }

  @Test
  void allow_every_service_to_be_scraped_and_to_export_with_the_overlay() {
    var services = observed.workloads().filter(Workload::isOurs).map(Workload::name).toList();
    assertThat(services).isNotEmpty();
    assertThat(new Connections(observed).allowed())
        .containsAll(services.stream().map(each -> "scraper → " + each + ":9464/TCP").toList())
        .containsAll(
            services.stream()
                .map(each -> each + " → otel-collector.observability:4318/TCP")
                .toList());
  }

  @Test
  void use_tls_only_with_the_overlay_and_then_in_every_service() {
    assertThat(shop.workloads()).isNotEmpty().noneMatch(TlsRules::hasTls);
    assertThat(encrypted.workloads().filter(Workload::isOurs))
        .isNotEmpty()
        .allMatch(TlsRules::hasTls);
  }

  @Test
  void change_only_what_tls_needs() {
    for (var workload : encrypted.workloads().toList()) {
      var base = shop.workloads().filter(each -> each.name().equals(workload.name())).findFirst();
      for (var probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        for (var field : List.of("periodSeconds", "timeoutSeconds", "failureThreshold")) {
          assertThat(workload.container().at("/" + probe + "/" + field))
              .as("%s: %s of the %s", workload.name(), field, probe)
              .isEqualTo(base.orElseThrow().container().at("/" + probe + "/" + field));
        }
      }
    }
  }

  @Test
  void allow_callers_with_a_label_to_reach_the_backends_with_tls() {
    assertThat(new Connections(encrypted).allowed())
        .contains(
            "client → recommendations:50051/TCP",
            "client → orders:12006/TCP",
            "client → greeter:50052/TCP")
        .doesNotContain("client → postgres:5432/TCP", "anyone → orders:12006/TCP");
    assertThat(new Connections(shop).allowed())
        .doesNotContain("client → greeter:50052/TCP")
        .contains("client → marketplace:5000/TCP");
  }

  @Test
  void contain_the_services_of_the_shop() {
    assertThat(shop.workloads().map(Workload::name)).contains("marketplace", "recommendations");
  }

  @Test
  void allow_the_connections_of_the_shop() {
    assertThat(new Connections(shop).allowed())
        .contains("anyone → marketplace:5000/TCP", "marketplace → recommendations:50051/TCP");
  }

  private static boolean isOfOpenTelemetry(JsonNode variable) {
    return variable.at("/name").asText().startsWith("OTEL_");
  }

  static List<ManifestRule> rules() {
    return ManifestRule.all();
  }
}
