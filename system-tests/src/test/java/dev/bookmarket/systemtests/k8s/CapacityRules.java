package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** Rules for the resources, the number and the placement of pods. */
final class CapacityRules {
  private static final long MIB = 1024 * 1024;

  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEveryContainer(
              "every container has a memory limit, and requests at most that much",
              container ->
                  container.at("/resources/limits").has("memory")
                      && container.at("/resources/requests").has("memory")
                      && bytes(container.at("/resources/requests/memory"))
                          <= bytes(container.at("/resources/limits/memory"))),
          ManifestRule.ofEveryService(
              "no service has a memory limit above 256 MiB",
              (shop, each) -> bytes(each.container().at("/resources/limits/memory")) <= 256 * MIB),
          ManifestRule.ofTheShop(
              "the whole shop requests at most 640 MiB of memory",
              shop ->
                  shop.workloads()
                          .mapToLong(each -> shop.replicas(each) * requestedMemory(each))
                          .sum()
                      <= 640 * MIB),
          ManifestRule.ofEveryContainer(
              "every container requests CPU, and has no CPU limit",
              container ->
                  container.at("/resources/requests").has("cpu")
                      && !container.at("/resources/limits").has("cpu")),
          ManifestRule.ofEveryWorkload(
              "either the workload or one autoscaler sets the number of pods",
              (shop, each) ->
                  shop.autoscalers(each).size()
                      == (each.object().at("/spec").has("replicas") ? 0 : 1)),
          ManifestRule.ofTheShop(
              "there is an autoscaler", shop -> shop.all("HorizontalPodAutoscaler").count() > 0),
          new ManifestRule(
              "every autoscaler has a workload, and a maximum above its minimum",
              shop ->
                  shop.all("HorizontalPodAutoscaler")
                      .filter(
                          scaler ->
                              shop.workloads()
                                      .noneMatch(each -> shop.autoscalers(each).contains(scaler))
                                  || scaler.at("/spec/minReplicas").asInt(1)
                                      >= scaler.at("/spec/maxReplicas").asInt())
                      .map(Shop::nameOf)),
          ManifestRule.ofEveryWorkload(
              "recommendations starts with two pods, to show load balancing, the others with one",
              (shop, each) ->
                  shop.replicas(each) == (each.name().equals("recommendations") ? 2 : 1)),
          ManifestRule.ofEveryService(
              "pods of a service spread over the nodes, and one node is enough",
              (shop, each) ->
                  Shop.elements(each.pod().at("/topologySpreadConstraints"))
                      .anyMatch(
                          constraint ->
                              constraint
                                      .at("/topologyKey")
                                      .asText()
                                      .equals("kubernetes.io/hostname")
                                  && constraint.at("/maxSkew").asInt() == 1
                                  && constraint
                                      .at("/whenUnsatisfiable")
                                      .asText()
                                      .equals("ScheduleAnyway")
                                  && each.isSelectedBy(constraint.at("/labelSelector")))));

  private CapacityRules() {}

  private static long requestedMemory(Workload workload) {
    return Shop.elements(workload.pod().at("/containers"))
        .mapToLong(container -> bytes(container.at("/resources/requests/memory")))
        .sum();
  }

  private static long bytes(JsonNode quantity) {
    return quantity.isMissingNode()
        ? 0
        : Quantity.getAmountInBytes(new Quantity(quantity.asText())).longValue();
  }
}
