package dev.bookmarket.systemtests.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The validation accepts the API of Kubernetes 1.26 and nothing else. */
@Tag("kubernetes")
class KubernetesApiTest {
  @Test
  void accepts_fields_that_are_new_in_1_26() {
    var pod = pod("{schedulingGates: [{name: quota}], resourceClaims: [{name: gpu}]}");

    assertThat(KubernetesApi.validationError(Manifests.parsed(pod).get(0))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          resizePolicy, new in 1.27          | {containers: [{name: a, resizePolicy: []}]}
          restartPolicy, new in 1.28         | {initContainers: [{name: a, restartPolicy: Always}]}
          preStop.sleep, new in 1.29         | {containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}
          appArmorProfile, new in 1.30       | {securityContext: {appArmorProfile: {type: RuntimeDefault}}}
          an unknown field                   | {containers: [{name: a, memory: 1Gi}]}
          a field in the wrong case          | {hostnetwork: true}
          a number instead of a string       | {containers: [{name: a, env: [{name: PORT, value: 5000}]}]}
          a boolean instead of a string      | {containers: [{name: a, env: [{name: ON, value: true}]}]}
          a string instead of a number       | {terminationGracePeriodSeconds: "25"}
          a string instead of a boolean      | {enableServiceLinks: "false"}
          a list instead of an object        | {securityContext: []}
          an object instead of a list        | {containers: {name: a}}
          """)
  void rejects(String mistake, String spec) {
    assertThat(KubernetesApi.validationError(Manifests.parsed(pod(spec)).get(0)))
        .as(mistake)
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({"v1, Pods", "autoscaling/v2beta2, HorizontalPodAutoscaler", "apps/v2, Deployment"})
  void rejects_a_kind_that_is_not_served(String version, String kind) {
    var object = "{apiVersion: %s, kind: %s, metadata: {name: a}}".formatted(version, kind);

    assertThat(KubernetesApi.validationError(Manifests.parsed(object).get(0))).isPresent();
  }

  private static String pod(String spec) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: %s}".formatted(spec);
  }
}
