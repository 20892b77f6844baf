package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules for labels, selectors, ports, network policies, variables and image tags. */
final class ConnectionRules {
  private static final String RECOMMENDED = "app.kubernetes.io/";
  private static final Pattern TAGGED_IMAGE = Pattern.compile("(?m)^[ -]*image: *\\S+[:@]\\S+");

  static final List<ManifestRule> RULES =
      List.of(
          new ManifestRule(
              "all objects and pods have the recommended labels",
              shop ->
                  shop.manifests().objects().stream()
                      .filter(object -> !isLabelled(object))
                      .map(Shop::nameOf)),
          ManifestRule.ofEveryWorkload(
              "every workload selects its own pods only",
              (shop, each) ->
                  each.isSelectedBy(each.object().at("/spec/selector"))
                      && shop.workloads()
                              .filter(any -> any.isSelectedBy(each.object().at("/spec/selector")))
                              .count()
                          == 1),
          ManifestRule.ofEveryWorkload(
              "every workload has one Service, with the same name",
              (shop, each) ->
                  servicesOfTheShop(shop, each)
                      .map(Shop::nameOf)
                      .toList()
                      .equals(List.of(each.name()))),
          new ManifestRule(
              "every Service has one workload",
              shop ->
                  shop.all("Service")
                      .filter(
                          service ->
                              shop.workloads()
                                      .filter(each -> shop.services(each).contains(service))
                                      .count()
                                  != 1)
                      .map(Shop::nameOf)),
          ManifestRule.ofEveryWorkload(
              "every Service has the ports that its pods open, except admin, with the same numbers",
              (shop, each) ->
                  servicesOfTheShop(shop, each)
                      .allMatch(service -> servedPorts(each, service).equals(publicPorts(each)))),
          ManifestRule.ofEveryService(
              "every process listens on the ports that its pod opens",
              (shop, each) ->
                  publicPorts(each)
                          .equals(
                              List.of(
                                  shop.number(
                                      each, each.module().toUpperCase(Locale.ROOT) + "_PORT")))
                      && TelemetryRules.adminPort(each)
                          .map(port -> port == shop.number(each, TelemetryRules.ADMIN_PORT))
                          .orElse(true)),
          ManifestRule.ofEvery(
              "Service",
              "only the marketplace is reachable from outside",
              service ->
                  service
                      .at("/spec/type")
                      .asText("ClusterIP")
                      .equals(
                          Shop.nameOf(service).equals("marketplace")
                              ? "LoadBalancer"
                              : "ClusterIP")),
          ManifestRule.ofEveryService(
              "names inside the cluster resolve to every ready pod, so that gRPC balances",
              (shop, each) ->
                  servicesOfTheShop(shop, each)
                      .allMatch(
                          service ->
                              isExternal(service)
                                  || (isHeadless(service)
                                      && !service
                                          .at("/spec/publishNotReadyAddresses")
                                          .asBoolean()))),
          ManifestRule.ofEveryWorkload(
              "a database has a cluster IP, which stays the same when its pod is replaced",
              (shop, each) ->
                  each.isOurs()
                      || shop.services(each).stream().noneMatch(ConnectionRules::isHeadless)),
          ManifestRule.ofTheShop(
              "all traffic is denied by default",
              shop ->
                  shop.all("NetworkPolicy")
                      .map(policy -> policy.at("/spec"))
                      .anyMatch(
                          Manifests.parsed("{podSelector: {}, policyTypes: [Ingress, Egress]}")
                                  .get(0)
                              ::equals)),
          new ManifestRule(
              "policies allow only DNS, visitors, scraping, callers with TLS, and backends for which a pod has a variable",
              shop -> new Connections(shop).violations()),
          new ManifestRule(
              "pods set only variables that their service reads",
              shop ->
                  shop.workloads()
                      .filter(Workload::isOurs)
                      .flatMap(
                          each ->
                              each.variables()
                                  .map(variable -> variable.at("/name").asText())
                                  .filter(
                                      name -> !shop.variables().of(each.module()).containsKey(name))
                                  .map(name -> each.name() + " sets " + name))),
          ManifestRule.ofEveryContainer(
              "every image has a fixed tag",
              container ->
                  container.at("/image").asText().matches("[^:@]+[:@].+")
                      && !container.at("/image").asText().endsWith(":latest")),
          ManifestRule.ofEveryContainer(
              "every third-party image has a registry, because a short name can be ambiguous",
              container ->
                  container.at("/image").asText().matches("bookmarket/.+|[^/]+\\.[^/]+/.+")),
          new ManifestRule(
              "image tags are only in kustomization.yaml",
              shop ->
                  shop.manifests().files().entrySet().stream()
                      .filter(file -> TAGGED_IMAGE.matcher(file.getValue()).find())
                      .map(file -> file.getKey())),
          ManifestRule.ofEveryWorkload(
              "every workload has a file with its name",
              (shop, each) -> shop.manifests().files().containsKey(each.name() + ".yaml")));

  private ConnectionRules() {}

  /** Returns whether a Service can be reached from outside the cluster. */
  static boolean isExternal(JsonNode service) {
    return service.at("/spec/type").asText().equals("LoadBalancer");
  }

  /** Returns whether a Service's name resolves to its pods and not to one cluster IP. */
  static boolean isHeadless(JsonNode service) {
    return service.at("/spec/clusterIP").asText().equals("None");
  }

  /** Returns the Services of a workload, except the one for callers outside of the shop. */
  private static Stream<JsonNode> servicesOfTheShop(Shop shop, Workload workload) {
    return shop.services(workload).stream().filter(service -> !TlsRules.isForOtherCallers(service));
  }

  private static boolean isLabelled(JsonNode object) {
    return Stream.of(object.at("/metadata"), object.at("/spec/template/metadata"))
        .filter(metadata -> !metadata.isMissingNode())
        .map(metadata -> Shop.texts(metadata.at("/labels")))
        .allMatch(
            labels ->
                "bookmarket".equals(labels.get(RECOMMENDED + "part-of"))
                    && "kustomize".equals(labels.get(RECOMMENDED + "managed-by"))
                    && (isSharedObject(object)
                        || (labels.containsKey("app")
                            && labels.get("app").equals(labels.get(RECOMMENDED + "name"))
                            && labels.containsKey(RECOMMENDED + "component"))));
  }

  private static boolean isSharedObject(JsonNode object) {
    return object.at("/kind").asText().equals("Namespace")
        || (object.at("/kind").asText().equals("NetworkPolicy")
            && object.at("/spec/podSelector").isEmpty());
  }

  /** Returns the ports of a Service; -1 for each that does not lead to the same port of a pod. */
  private static List<Integer> servedPorts(Workload workload, JsonNode service) {
    return Shop.elements(service.at("/spec/ports"))
        .map(
            port ->
                workload.port(port.has("targetPort") ? port.at("/targetPort") : port.at("/port"))
                        == port.at("/port").asInt()
                    ? port.at("/port").asInt()
                    : -1)
        .sorted()
        .toList();
  }

  static List<Integer> publicPorts(Workload workload) {
    return workload
        .ports()
        .filter(port -> !TelemetryRules.isAdmin(port))
        .map(port -> port.at("/containerPort").asInt())
        .sorted()
        .toList();
  }
}
