package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Rules that limit what an attacker can do in a compromised pod. */
final class IsolationRules {
  private static final Set<String> VOLUMES =
      Set.of(
          "name",
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");

  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEvery(
              "Namespace",
              "the namespace enforces Pod Security restricted, and warns and audits",
              IsolationRules::isRestricted),
          ManifestRule.ofTheShop(
              "there is one namespace, and everything is in it",
              shop ->
                  shop.all("Namespace").map(Shop::nameOf).toList().equals(List.of("bookmarket"))
                      && shop.manifests().objects().stream()
                          .filter(each -> !each.at("/kind").asText().equals("Namespace"))
                          .allMatch(is("/metadata/namespace", "bookmarket"))),
          ManifestRule.ofEveryPod(
              "no pod gets a token for the API server",
              is("/automountServiceAccountToken", "false")),
          ManifestRule.ofEveryPod(
              "no pod gets variables of other Services", is("/enableServiceLinks", "false")),
          ManifestRule.ofEveryPod(
              "no pod runs as root",
              pod ->
                  is("/securityContext/runAsNonRoot", "true").test(pod)
                      && !is("/securityContext/runAsUser", "0").test(pod)),
          ManifestRule.ofEveryPod(
              "no mount changes the mode of files that the pod has created",
              pod ->
                  absent("/securityContext/fsGroup").test(pod)
                      || is("/securityContext/fsGroupChangePolicy", "OnRootMismatch").test(pod)),
          ManifestRule.ofEveryPod(
              "every pod is restricted to the system calls of the runtime's profile",
              is("/securityContext/seccompProfile/type", "RuntimeDefault")),
          ManifestRule.ofEveryPod(
              "no pod shares its node's network, processes or IPC",
              pod ->
                  absent("/hostNetwork").test(pod)
                      && absent("/hostPID").test(pod)
                      && absent("/hostIPC").test(pod)),
          ManifestRule.ofEveryPod(
              "no pod mounts a folder of its node",
              pod ->
                  Shop.elements(pod.at("/volumes"))
                      .allMatch(volume -> VOLUMES.containsAll(Shop.texts(volume).keySet()))),
          ManifestRule.ofEveryContainer(
              "no container opens a port of its node",
              container ->
                  Shop.elements(container.at("/ports"))
                      .allMatch(absent("/hostPort").and(absent("/hostIP")))),
          ManifestRule.ofEveryContainer(
              "no container writes to its root file system",
              is("/securityContext/readOnlyRootFilesystem", "true")),
          ManifestRule.ofEveryContainer(
              "no container gains privileges",
              is("/securityContext/allowPrivilegeEscalation", "false")
                  .and(absent("/securityContext/privileged"))),
          ManifestRule.ofEveryContainer(
              "no container has a capability",
              container ->
                  container
                      .at("/securityContext/capabilities")
                      .toString()
                      .equals("{\"drop\":[\"ALL\"]}")),
          ManifestRule.ofEveryContainer(
              "no container overrides the security settings of its pod",
              absent("/securityContext/runAsNonRoot")
                  .and(absent("/securityContext/runAsUser"))
                  .and(absent("/securityContext/seccompProfile"))));

  private IsolationRules() {}

  /** Returns a predicate that is true if the value at the pointer equals the given one. */
  static Predicate<JsonNode> is(String pointer, String value) {
    return object -> object.at(pointer).asText().equals(value);
  }

  /** Returns a predicate that is true if there is no value at the pointer. */
  static Predicate<JsonNode> absent(String pointer) {
    return object -> object.at(pointer).isMissingNode();
  }

  private static boolean isRestricted(JsonNode namespace) {
    var labels = Shop.texts(namespace.at("/metadata/labels"));
    var security = "pod-security.kubernetes.io/";
    return List.of("enforce", "warn", "audit").stream()
            .allMatch(mode -> "restricted".equals(labels.get(security + mode)))
        && "v1.26".equals(labels.get(security + "enforce-version"))
        && "latest".equals(labels.get(security + "warn-version"))
        && "latest".equals(labels.get(security + "audit-version"));
  }
}
