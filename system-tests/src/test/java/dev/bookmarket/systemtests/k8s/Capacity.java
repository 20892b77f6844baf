package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** How much the pods may take, how many there are, and where. */
final class Capacity {
  private static final long MIB = 1024 * 1024;

  static final List<Promise> PROMISES =
      List.of(
          Promise.ofEveryContainer(
              "every container has a limit of memory, and requests no more than that",
              container ->
                  container.at("/resources/limits").has("memory")
                      && container.at("/resources/requests").has("memory")
                      && bytes(container.at("/resources/requests/memory"))
                          <= bytes(container.at("/resources/limits/memory"))),
          Promise.ofEveryService(
              "no service needs more than 160 MiB",
              (shop, each) -> bytes(each.container().at("/resources/limits/memory")) <= 160 * MIB),
          Promise.ofTheShop(
              "the whole shop requests at most 640 MiB of memory",
              shop ->
                  shop.workloads()
                          .mapToLong(each -> shop.replicas(each) * requestedMemory(each))
                          .sum()
                      <= 640 * MIB),
          Promise.ofEveryContainer(
              "every container requests some CPU, and is never throttled",
              container ->
                  container.at("/resources/requests").has("cpu")
                      && !container.at("/resources/limits").has("cpu")),
          Promise.ofEveryWorkload(
              "the number of pods is said once: by the workload or by its one autoscaler",
              (shop, each) ->
                  shop.autoscalers(each).size()
                      == (each.object().at("/spec").has("replicas") ? 0 : 1)),
          Promise.ofTheShop(
              "there is an autoscaler", shop -> shop.all("HorizontalPodAutoscaler").count() > 0),
          new Promise(
              "every autoscaler has a workload to scale, and room to do it",
              shop ->
                  shop.all("HorizontalPodAutoscaler")
                      .filter(
                          scaler ->
                              shop.workloads()
                                      .noneMatch(each -> shop.autoscalers(each).contains(scaler))
                                  || scaler.at("/spec/minReplicas").asInt(1)
                                      >= scaler.at("/spec/maxReplicas").asInt())
                      .map(Shop::nameOf)),
          Promise.ofEveryWorkload(
              "recommendations starts with two pods, so that balancing shows, all else with one",
              (shop, each) ->
                  shop.replicas(each) == (each.name().equals("recommendations") ? 2 : 1)),
          Promise.ofEveryService(
              "pods of a service spread over the nodes, and one node will do",
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

  private Capacity() {}

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
