package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the objects find one another, and the pods too. */
final class Wiring {
  private static final String RECOMMENDED = "app.kubernetes.io/";
  private static final Pattern TAGGED_IMAGE = Pattern.compile("(?m)^[ -]*image: *\\S+[:@]\\S+");

  static final List<Promise> PROMISES =
      List.of(
          new Promise(
              "all objects and pods say by labels what they are",
              shop ->
                  shop.manifests().objects().stream()
                      .filter(object -> !isLabelled(object))
                      .map(Shop::nameOf)),
          Promise.ofEveryWorkload(
              "every workload keeps its own pods, and nobody else's",
              (shop, each) ->
                  each.isSelectedBy(each.object().at("/spec/selector"))
                      && shop.workloads()
                              .filter(any -> any.isSelectedBy(each.object().at("/spec/selector")))
                              .count()
                          == 1),
          Promise.ofEveryWorkload(
              "every workload has one Service, of its name",
              (shop, each) ->
                  shop.services(each).stream()
                      .map(Shop::nameOf)
                      .toList()
                      .equals(List.of(each.name()))),
          new Promise(
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
          Promise.ofEveryWorkload(
              "every Service has the ports that its pods open, under the same numbers",
              (shop, each) ->
                  shop.services(each).stream()
                      .allMatch(service -> servedPorts(each, service).equals(openPorts(each)))),
          Promise.ofEveryService(
              "every process listens on the port that its pod opens",
              (shop, each) ->
                  openPorts(each)
                      .equals(
                          List.of(
                              shop.number(
                                  each, each.module().toUpperCase(Locale.ROOT) + "_PORT")))),
          Promise.ofEvery(
              "Service",
              "the outside reaches the marketplace, and nothing else",
              service ->
                  service
                      .at("/spec/type")
                      .asText("ClusterIP")
                      .equals(
                          Shop.nameOf(service).equals("marketplace")
                              ? "LoadBalancer"
                              : "ClusterIP")),
          Promise.ofEvery(
              "Service",
              "a name inside the cluster is every ready pod's, so that gRPC balances",
              service ->
                  service.at("/spec/type").asText("ClusterIP").equals("LoadBalancer")
                      || (isHeadless(service)
                          && !service.at("/spec/publishNotReadyAddresses").asBoolean())),
          Promise.ofTheShop(
              "nothing may talk but by a policy that says so",
              shop ->
                  shop.all("NetworkPolicy")
                      .map(policy -> policy.at("/spec"))
                      .anyMatch(
                          Manifests.parsed("{podSelector: {}, policyTypes: [Ingress, Egress]}")
                                  .get(0)
                              ::equals)),
          new Promise(
              "policies allow what pods have a variable for, DNS and visitors, and no more",
              shop -> new Arrows(shop).breaches()),
          new Promise(
              "pods set variables that their service knows",
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
          Promise.ofEveryContainer(
              "every image has a tag that stays what it is",
              container ->
                  container.at("/image").asText().matches("[^:@]+[:@].+")
                      && !container.at("/image").asText().endsWith(":latest")),
          new Promise(
              "tags stand in kustomization.yaml alone",
              shop ->
                  shop.manifests().files().entrySet().stream()
                      .filter(file -> TAGGED_IMAGE.matcher(file.getValue()).find())
                      .map(file -> file.getKey())),
          Promise.ofEveryWorkload(
              "every process has a file of its name",
              (shop, each) -> shop.manifests().files().containsKey(each.name() + ".yaml")));

  private Wiring() {}

  /** Whether a Service's name resolves to its pods rather than to one address for all. */
  static boolean isHeadless(JsonNode service) {
    return service.at("/spec/clusterIP").asText().equals("None");
  }

  private static boolean isLabelled(JsonNode object) {
    return Stream.of(object.at("/metadata"), object.at("/spec/template/metadata"))
        .filter(metadata -> !metadata.isMissingNode())
        .map(metadata -> Shop.texts(metadata.at("/labels")))
        .allMatch(
            labels ->
                "bookmarket".equals(labels.get(RECOMMENDED + "part-of"))
                    && "kustomize".equals(labels.get(RECOMMENDED + "managed-by"))
                    && (isOfTheWholeShop(object)
                        || (labels.containsKey("app")
                            && labels.get("app").equals(labels.get(RECOMMENDED + "name"))
                            && labels.containsKey(RECOMMENDED + "component"))));
  }

  private static boolean isOfTheWholeShop(JsonNode object) {
    return object.at("/kind").asText().equals("Namespace")
        || (object.at("/kind").asText().equals("NetworkPolicy")
            && object.at("/spec/podSelector").isEmpty());
  }

  private static List<Integer> servedPorts(Workload workload, JsonNode service) {
    return Shop.elements(service.at("/spec/ports"))
        .filter(
            port ->
                workload.port(port.has("targetPort") ? port.at("/targetPort") : port.at("/port"))
                    == port.at("/port").asInt())
        .map(port -> port.at("/port").asInt())
        .sorted()
        .toList();
  }

  private static List<Integer> openPorts(Workload workload) {
    return workload.ports().map(port -> port.at("/containerPort").asInt()).sorted().toList();
  }
}
