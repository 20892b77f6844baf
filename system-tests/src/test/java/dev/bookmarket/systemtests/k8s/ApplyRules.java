package dev.bookmarket.systemtests.k8s;

import static dev.bookmarket.systemtests.k8s.IsolationRules.absent;
import static dev.bookmarket.systemtests.k8s.IsolationRules.is;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Rules for a second {@code kubectl apply}, which reports an object as changed if its manifest
 * differs from what the server stores. The server adds defaults. That is no difference in an
 * object, but it is one in an element of a list that kubectl compares as a whole, and so is a value
 * that the server omits.
 */
final class ApplyRules {
  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEvery(
              "NetworkPolicy",
              "every port of a policy has its protocol, as the server stores it",
              policy -> ports(policy).allMatch(absent("/protocol").negate())),
          ManifestRule.ofEvery(
              "Service",
              "no Service sets a value that the server omits",
              is("/spec/publishNotReadyAddresses", "false").negate()),
          ManifestRule.ofEveryWorkload(
              "every claim template has all defaults of the server",
              (shop, each) ->
                  Shop.elements(each.object().at("/spec/volumeClaimTemplates"))
                      .allMatch(
                          is("/apiVersion", "v1")
                              .and(is("/kind", "PersistentVolumeClaim"))
                              .and(is("/metadata/creationTimestamp", "null"))
                              .and(absent("/spec/volumeMode").negate())
                              .and(is("/status/phase", "Pending")))),
          new ManifestRule(
              "every claim template has all labels before kustomize adds them",
              shop ->
                  shop.manifests().files().entrySet().stream()
                      .filter(file -> !claimTemplatesHaveAllLabels(shop, file.getValue()))
                      .map(file -> file.getKey())));

  private ApplyRules() {}

  /**
   * Returns whether the claim templates in the file have the labels that the kustomization adds to
   * every object. Some releases of kustomize add them to claim templates, and the server rejects a
   * change of them.
   */
  private static boolean claimTemplatesHaveAllLabels(Shop shop, String file) {
    var kustomization = Objects.requireNonNull(shop.manifests().files().get("kustomization.yaml"));
    var labels = Shop.texts(Manifests.parsed(kustomization).get(0).at("/labels/0/pairs"));
    return Manifests.parsed(file).stream()
        .flatMap(object -> Shop.elements(object.at("/spec/volumeClaimTemplates")))
        .map(template -> Shop.texts(template.at("/metadata/labels")))
        .allMatch(own -> own.entrySet().containsAll(labels.entrySet()));
  }

  private static Stream<JsonNode> ports(JsonNode policy) {
    return Stream.concat(
            Shop.elements(policy.at("/spec/ingress")), Shop.elements(policy.at("/spec/egress")))
        .flatMap(rule -> Shop.elements(rule.at("/ports")));
  }
}
