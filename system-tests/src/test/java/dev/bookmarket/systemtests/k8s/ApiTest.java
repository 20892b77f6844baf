package dev.bookmarket.systemtests.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measure itself: it is that of Kubernetes 1.26, and lets nothing else pass. */
@Tag("kubernetes")
class ApiTest {
  @Test
  void knows_what_came_with_1_26() {
    var pod = pod("{schedulingGates: [{name: quota}], resourceClaims: [{name: gpu}]}");

    assertThat(Api.complaint(Manifests.parsed(pod).get(0))).isEmpty();
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
          a field that never was             | {containers: [{name: a, memory: 1Gi}]}
          a field under another name's case  | {hostnetwork: true}
          a number for a text                | {containers: [{name: a, env: [{name: PORT, value: 5000}]}]}
          a boolean for a text               | {containers: [{name: a, env: [{name: ON, value: true}]}]}
          a text for a number                | {terminationGracePeriodSeconds: "25"}
          a text for a boolean               | {enableServiceLinks: "false"}
          a list for an object               | {securityContext: []}
          an object for a list               | {containers: {name: a}}
          """)
  void refuses(String what, String spec) {
    assertThat(Api.complaint(Manifests.parsed(pod(spec)).get(0))).as(what).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"v1, Pods", "autoscaling/v2beta2, HorizontalPodAutoscaler", "apps/v2, Deployment"})
  void refuses_a_kind_that_is_not_served(String version, String kind) {
    var object = "{apiVersion: %s, kind: %s, metadata: {name: a}}".formatted(version, kind);

    assertThat(Api.complaint(Manifests.parsed(object).get(0))).isPresent();
  }

  private static String pod(String spec) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: %s}".formatted(spec);
  }
}
