package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What a pod that was broken into could not do. */
final class Isolation {
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

  static final List<Promise> PROMISES =
      List.of(
          Promise.ofEvery(
              "Namespace",
              "the namespace enforces Pod Security restricted, and warns and audits",
              Isolation::isRestricted),
          Promise.ofTheShop(
              "there is one namespace, and everything is in it",
              shop ->
                  shop.all("Namespace").map(Shop::nameOf).toList().equals(List.of("bookmarket"))
                      && shop.manifests().objects().stream()
                          .filter(each -> !each.at("/kind").asText().equals("Namespace"))
                          .allMatch(is("/metadata/namespace", "bookmarket"))),
          Promise.ofEveryPod(
              "no pod gets a token of the API server",
              is("/automountServiceAccountToken", "false")),
          Promise.ofEveryPod(
              "no pod gets variables of other Services", is("/enableServiceLinks", "false")),
          Promise.ofEveryPod(
              "no pod runs as root",
              pod ->
                  is("/securityContext/runAsNonRoot", "true").test(pod)
                      && !is("/securityContext/runAsUser", "0").test(pod)),
          Promise.ofEveryPod(
              "every pod is confined to the system calls of the runtime's profile",
              is("/securityContext/seccompProfile/type", "RuntimeDefault")),
          Promise.ofEveryPod(
              "no pod shares its node's network, processes or IPC",
              pod ->
                  absent("/hostNetwork").test(pod)
                      && absent("/hostPID").test(pod)
                      && absent("/hostIPC").test(pod)),
          Promise.ofEveryPod(
              "no pod mounts a folder of its node",
              pod ->
                  Shop.elements(pod.at("/volumes"))
                      .allMatch(volume -> VOLUMES.containsAll(Shop.texts(volume).keySet()))),
          Promise.ofEveryContainer(
              "no container opens a port of its node",
              container ->
                  Shop.elements(container.at("/ports"))
                      .allMatch(absent("/hostPort").and(absent("/hostIP")))),
          Promise.ofEveryContainer(
              "no container writes to its root file system",
              is("/securityContext/readOnlyRootFilesystem", "true")),
          Promise.ofEveryContainer(
              "no container gains privileges",
              is("/securityContext/allowPrivilegeEscalation", "false")
                  .and(absent("/securityContext/privileged"))),
          Promise.ofEveryContainer(
              "no container has a capability",
              container ->
                  container
                      .at("/securityContext/capabilities")
                      .toString()
                      .equals("{\"drop\":[\"ALL\"]}")),
          Promise.ofEveryContainer(
              "no container undoes what its pod sets",
              absent("/securityContext/runAsNonRoot")
                  .and(absent("/securityContext/runAsUser"))
                  .and(absent("/securityContext/seccompProfile"))));

  private Isolation() {}

  /** Whether the value at that place is this one. */
  static Predicate<JsonNode> is(String pointer, String value) {
    return object -> object.at(pointer).asText().equals(value);
  }

  /** Whether there is nothing at that place. */
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
