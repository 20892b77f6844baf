package dev.bookmarket.systemtests.k8s;

import static dev.bookmarket.systemtests.k8s.IsolationRules.is;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** Rules for the start, the probes, the stop and the replacement of pods. */
final class LifecycleRules {
  /** The maximum time from the end of the drain to the exit of the process, telemetry included. */
  private static final int FINISH_MS = 13_000;

  /** The time from SIGTERM until gRPC health is NOT_SERVING. */
  private static final int NOT_SERVING_DELAY_MS = 1_000;

  private static final int RESERVE_MS = 5_000;

  /** How long cluster DNS may cache a response. */
  private static final int DNS_MS = 30_000;

  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEveryWorkload(
              "every container has a startup, a readiness and a liveness probe",
              (shop, each) ->
                  Shop.elements(each.pod().at("/containers"))
                      .allMatch(
                          container ->
                              container.has("startupProbe")
                                  && container.has("readinessProbe")
                                  && container.has("livenessProbe"))),
          ManifestRule.ofEveryService(
              "probes use the port that the container opens",
              (shop, each) ->
                  Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                      .map(name -> each.container().path(name))
                      .allMatch(probe -> usesOpenPort(each, probe))),
          ManifestRule.ofEveryService(
              "readiness probes check readiness, and startup probes readiness or liveness",
              (shop, each) ->
                  (checksHealth(each.container().at("/startupProbe"), "", "/readyz")
                          || checksHealth(
                              each.container().at("/startupProbe"), "liveness", "/healthz"))
                      && checksHealth(each.container().at("/readinessProbe"), "", "/readyz")),
          ManifestRule.ofEveryService(
              "liveness probes check liveness, which does not depend on a backend",
              (shop, each) ->
                  checksHealth(each.container().at("/livenessProbe"), "liveness", "/healthz")),
          ManifestRule.ofEveryContainer(
              "a start is detected within a second, and may take a minute",
              container ->
                  !container.has("startupProbe")
                      || (container.at("/startupProbe/periodSeconds").asInt(10) == 1
                          && failureMillis(container.at("/startupProbe")) >= 60_000)),
          ManifestRule.ofEveryContainer(
              "no probe has an initial delay",
              container ->
                  Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                      .noneMatch(probe -> container.path(probe).has("initialDelaySeconds"))),
          ManifestRule.ofEveryService(
              "a pod is unready before its drain ends",
              (shop, each) ->
                  NOT_SERVING_DELAY_MS + failureMillis(each.container().at("/readinessProbe"))
                      < shop.number(each, "DRAIN_MS")),
          ManifestRule.ofEveryService(
              "no liveness probe kills a process during a graceful stop",
              (shop, each) -> {
                var probe = each.container().at("/livenessProbe");
                return failureMillis(probe) - probe.at("/periodSeconds").asInt(10) * 1_000
                    > shop.number(each, "DRAIN_MS") + FINISH_MS;
              }),
          ManifestRule.ofEveryService(
              "a drain takes 5 to 15 seconds",
              (shop, each) ->
                  shop.number(each, "DRAIN_MS") >= 5_000
                      && shop.number(each, "DRAIN_MS") <= 15_000),
          ManifestRule.ofEveryService(
              "the grace period covers the drain and the requests in flight, with a reserve",
              (shop, each) ->
                  each.pod().at("/terminationGracePeriodSeconds").asInt(30) * 1_000
                      >= shop.number(each, "DRAIN_MS") + FINISH_MS + RESERVE_MS),
          ManifestRule.ofEveryContainer(
              "no container has lifecycle hooks", container -> !container.has("lifecycle")),
          ManifestRule.ofEvery(
              "Deployment",
              "a rollout adds a pod before it removes one",
              deployment ->
                  deployment
                      .at("/spec/strategy")
                      .equals(
                          Manifests.parsed(
                                  "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}, type: RollingUpdate}")
                              .get(0))),
          ManifestRule.ofEveryService(
              "a rollout keeps the old pods until DNS and clients have the new addresses",
              (shop, each) ->
                  shop.services(each).stream().noneMatch(ConnectionRules::isHeadless)
                      || each.object().at("/spec/minReadySeconds").asInt() * 1_000
                          >= DNS_MS + shop.number(each, "MAX_CONNECTION_AGE_MS") * 1.1),
          ManifestRule.ofEveryWorkload(
              "one disruption budget allows each workload to lose one pod at a time",
              (shop, each) -> {
                var budgets = shop.selecting(each, "PodDisruptionBudget", "/spec/selector");
                return budgets.size() == 1
                    && budgets.get(0).at("/spec/maxUnavailable").asInt() == 1
                    && shop.workloads()
                            .filter(any -> any.isSelectedBy(budgets.get(0).at("/spec/selector")))
                            .count()
                        == 1;
              }),
          ManifestRule.ofEvery(
              "PodDisruptionBudget",
              "no disruption budget protects a pod that is not ready",
              is("/spec/unhealthyPodEvictionPolicy", "AlwaysAllow")));

  private LifecycleRules() {}

  /** Returns the time until a probe that always fails takes effect. */
  private static int failureMillis(JsonNode probe) {
    return probe.at("/periodSeconds").asInt(10) * probe.at("/failureThreshold").asInt(3) * 1_000;
  }

  private static boolean usesOpenPort(Workload workload, JsonNode probe) {
    var reference = probe.has("grpc") ? probe.at("/grpc/port") : probe.at("/httpGet/port");
    var number = workload.port(reference);
    return workload.ports().anyMatch(port -> port.at("/containerPort").asInt() == number);
  }

  private static boolean checksHealth(JsonNode probe, String service, String path) {
    return probe.has("grpc")
        ? probe.at("/grpc/service").asText().equals(service)
        : probe.at("/httpGet/path").asText().equals(path);
  }
}
