package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** How pods start, are asked for their health, stop and are replaced. */
final class Lifecycle {
  /** What a process takes at most to finish what has begun, once it has drained. */
  private static final int FINISH_MS = 11_000;

  /** For how long a process that was told to stop does not say so yet. */
  private static final int NOTICE_MS = 1_000;

  private static final int RESERVE_MS = 5_000;

  /** For how long a cluster's DNS may repeat an answer. */
  private static final int DNS_MS = 30_000;

  static final List<Promise> PROMISES =
      List.of(
          Promise.ofEveryWorkload(
              "every pod that serves has a startup, a readiness and a liveness probe",
              (shop, each) ->
                  Shop.elements(each.pod().at("/containers"))
                      .allMatch(
                          container ->
                              container.has("startupProbe")
                                  && container.has("readinessProbe")
                                  && container.has("livenessProbe"))),
          Promise.ofEveryService(
              "probes ask the port that the container opens",
              (shop, each) ->
                  Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                      .map(name -> each.container().path(name))
                      .allMatch(probe -> asksOpenPort(each, probe))),
          Promise.ofEveryService(
              "ready is what the process itself says, and a start that it is ready or alive",
              (shop, each) ->
                  (asksHealth(each.container().at("/startupProbe"), "", "/readyz")
                          || asksHealth(
                              each.container().at("/startupProbe"), "liveness", "/healthz"))
                      && asksHealth(each.container().at("/readinessProbe"), "", "/readyz")),
          Promise.ofEveryService(
              "alive is what the process itself says, and no backend's outage changes it",
              (shop, each) ->
                  asksHealth(each.container().at("/livenessProbe"), "liveness", "/healthz")),
          Promise.ofEveryContainer(
              "a start is noticed within a second, and may take a minute",
              container ->
                  !container.has("startupProbe")
                      || (container.at("/startupProbe/periodSeconds").asInt(10) == 1
                          && patienceMillis(container.at("/startupProbe")) >= 60_000)),
          Promise.ofEveryContainer(
              "no probe waits for a guessed delay",
              container ->
                  Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                      .noneMatch(probe -> container.path(probe).has("initialDelaySeconds"))),
          Promise.ofEveryService(
              "a pod that drains is taken for unready before the drain ends",
              (shop, each) ->
                  NOTICE_MS + patienceMillis(each.container().at("/readinessProbe"))
                      < shop.number(each, "DRAIN_MS")),
          Promise.ofEveryService(
              "no liveness probe kills a process that is stopping in order",
              (shop, each) -> {
                var probe = each.container().at("/livenessProbe");
                return patienceMillis(probe) - probe.at("/periodSeconds").asInt(10) * 1_000
                    > shop.number(each, "DRAIN_MS") + FINISH_MS;
              }),
          Promise.ofEveryService(
              "a drain outlasts the notice of it, and is no visitor's burden",
              (shop, each) ->
                  shop.number(each, "DRAIN_MS") >= 5_000
                      && shop.number(each, "DRAIN_MS") <= 15_000),
          Promise.ofEveryService(
              "a pod is given the time to drain and to finish, with a reserve",
              (shop, each) ->
                  each.pod().at("/terminationGracePeriodSeconds").asInt(30) * 1_000
                      >= shop.number(each, "DRAIN_MS") + FINISH_MS + RESERVE_MS),
          Promise.ofEveryContainer(
              "processes drain by themselves, without hooks",
              container -> !container.has("lifecycle")),
          Promise.ofEvery(
              "Deployment",
              "a rollout adds a pod before it takes one away",
              deployment ->
                  deployment
                      .at("/spec/strategy")
                      .equals(
                          Manifests.parsed(
                                  "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}, type: RollingUpdate}")
                              .get(0))),
          Promise.ofEveryService(
              "a rollout keeps the pods that callers know until they can know the new ones",
              (shop, each) ->
                  shop.services(each).stream().noneMatch(Wiring::isHeadless)
                      || each.object().at("/spec/minReadySeconds").asInt() * 1_000
                          >= DNS_MS + shop.number(each, "MAX_CONNECTION_AGE_MS") * 1.1),
          Promise.ofEveryWorkload(
              "one budget lets every workload be evicted, a pod at a time",
              (shop, each) -> {
                var budgets = shop.selecting(each, "PodDisruptionBudget", "/spec/selector");
                return budgets.size() == 1
                    && budgets.get(0).at("/spec/maxUnavailable").asInt() == 1
                    && shop.workloads()
                            .filter(any -> any.isSelectedBy(budgets.get(0).at("/spec/selector")))
                            .count()
                        == 1;
              }));

  private Lifecycle() {}

  /** After how long a probe that is refused all the time is believed. */
  private static int patienceMillis(JsonNode probe) {
    return probe.at("/periodSeconds").asInt(10) * probe.at("/failureThreshold").asInt(3) * 1_000;
  }

  private static boolean asksOpenPort(Workload workload, JsonNode probe) {
    var asked = probe.has("grpc") ? probe.at("/grpc/port") : probe.at("/httpGet/port");
    var number = workload.port(asked);
    return workload.ports().anyMatch(port -> port.at("/containerPort").asInt() == number);
  }

  private static boolean asksHealth(JsonNode probe, String service, String path) {
    return probe.has("grpc")
        ? probe.at("/grpc/service").asText().equals(service)
        : probe.at("/httpGet/path").asText().equals(path);
  }
}
