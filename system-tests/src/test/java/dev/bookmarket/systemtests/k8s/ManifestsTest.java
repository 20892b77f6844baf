package dev.bookmarket.systemtests.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests meet all rules. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class ManifestsTest {
  private static Shop shop;

  @BeforeAll
  static void render() {
    shop = new Shop(Manifests.rendered(), new EnvironmentVariables());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void meet_the_rule(ManifestRule rule) {
    assertThat(rule.violations().apply(shop)).as(rule.name()).isEmpty();
  }

  @Test
  void use_only_the_api_of_kubernetes_1_26() {
    assertThat(
            shop.manifests().objects().stream()
                .flatMap(each -> KubernetesApi.validationError(each).stream()))
        .isEmpty();
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

  static List<ManifestRule> rules() {
    return ManifestRule.all();
  }
}
