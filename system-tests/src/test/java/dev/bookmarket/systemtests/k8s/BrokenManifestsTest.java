package dev.bookmarket.systemtests.k8s;

import static dev.bookmarket.systemtests.k8s.Change.add;
import static dev.bookmarket.systemtests.k8s.Change.drop;
import static dev.bookmarket.systemtests.k8s.Change.edit;
import static dev.bookmarket.systemtests.k8s.Change.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that break one promise, each in one place: whoever checks that promise says so. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class BrokenManifestsTest {
  private static final String POD = "/spec/template/spec";
  private static final String SERVER = POD + "/containers/0";

  private static Manifests good;
  private static Variables variables;

  @BeforeAll
  static void render() {
    good = Manifests.rendered();
    variables = new Variables();
  }

  /** A change, and the promise that it breaks. */
  private record Breach(String promise, Change change) {
    @Override
    public String toString() {
      return promise + " | " + change;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaches")
  void are_refused(Breach breach) {
    var promise = promise(breach.promise());

    var broken = breach.change().madeTo(good);

    assertThat(broken).as("changed by %s", breach).isNotEmpty().doesNotContain(good);
    assertThat(broken)
        .as("unnoticed: %s", breach)
        .noneMatch(each -> promise.isKeptBy(new Shop(each, variables)));
  }

  @Test
  void exist_for_every_promise() {
    assertThat(breaches().stream().map(Breach::promise).distinct())
        .containsExactlyInAnyOrderElementsOf(Promise.all().stream().map(Promise::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Deployment", "StatefulSet"})
  void are_noticed_in_a_service_that_comes_later(String kind) {
    var bare =
        """
        kind: %s
        metadata: {name: later}
        spec: {template: {spec: {containers: [{image: "bookmarket/recommendations:1.0"}]}}}
        """;

    var broken = add(bare.formatted(kind)).madeTo(good).get(0);

    assertThat(Promise.all())
        .filteredOn(promise -> !promise.isKeptBy(new Shop(broken, variables)))
        .extracting(Promise::name)
        .contains(
            "no pod runs as root",
            "no container has a capability",
            "every pod that serves has a startup, a readiness and a liveness probe",
            "one budget lets every workload be evicted, a pod at a time",
            "every container has a limit of memory, and requests no more than that",
            "all objects and pods say by labels what they are",
            "every workload has one Service, of its name",
            "every process has a file of its name");
  }

  private static Promise promise(String name) {
    return Promise.all().stream()
        .filter(promise -> promise.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Breach> breaking(String promise, Change... changes) {
    return Stream.of(changes).map(change -> new Breach(promise, change)).toList();
  }

  static List<Breach> breaches() {
    return Stream.of(
            breaking(
                "the namespace enforces Pod Security restricted, and warns and audits",
                put(
                    "Namespace",
                    "/metadata/labels/pod-security.kubernetes.io~1enforce",
                    "baseline"),
                drop("Namespace", "/metadata/labels/pod-security.kubernetes.io~1enforce-version"),
                drop("Namespace", "/metadata/labels/pod-security.kubernetes.io~1warn"),
                drop("Namespace", "/metadata/labels/pod-security.kubernetes.io~1audit")),
            breaking(
                "there is one namespace, and everything is in it",
                put("Deployment", "/metadata/namespace", "default"),
                drop("Namespace", ""),
                add("{kind: Namespace, metadata: {name: another}}")),
            breaking(
                "no pod gets a token of the API server",
                drop("Deployment", POD + "/automountServiceAccountToken"),
                put("Deployment", POD + "/automountServiceAccountToken", "true")),
            breaking(
                "no pod gets variables of other Services",
                drop("Deployment", POD + "/enableServiceLinks")),
            breaking(
                "no pod runs as root",
                drop("Deployment", POD + "/securityContext/runAsNonRoot"),
                put("Deployment", POD + "/securityContext/runAsUser", "0")),
            breaking(
                "every pod is confined to the system calls of the runtime's profile",
                put("Deployment", POD + "/securityContext/seccompProfile/type", "Unconfined"),
                drop("Deployment", POD + "/securityContext")),
            breaking(
                "no pod shares its node's network, processes or IPC",
                put("Deployment", POD + "/hostNetwork", "true"),
                put("Deployment", POD + "/hostPID", "true"),
                put("Deployment", POD + "/hostIPC", "true")),
            breaking(
                "no pod mounts a folder of its node",
                put("Deployment", POD + "/volumes", "[{name: node, hostPath: {path: /}}]")),
            breaking(
                "no container opens a port of its node",
                put("Deployment", SERVER + "/ports/0/hostPort", "5000")),
            breaking(
                "no container writes to its root file system",
                drop("Deployment", SERVER + "/securityContext/readOnlyRootFilesystem"),
                put(
                    "Deployment",
                    POD + "/initContainers",
                    "[{name: prepare, image: bookmarket/marketplace:1.0}]")),
            breaking(
                "no container gains privileges",
                put("Deployment", SERVER + "/securityContext/allowPrivilegeEscalation", "true"),
                put("Deployment", SERVER + "/securityContext/privileged", "true")),
            breaking(
                "no container has a capability",
                put("Deployment", SERVER + "/securityContext/capabilities/add", "[NET_ADMIN]"),
                put("Deployment", SERVER + "/securityContext/capabilities/drop", "[NET_RAW]")),
            breaking(
                "no container undoes what its pod sets",
                put("Deployment", SERVER + "/securityContext/runAsUser", "0"),
                put("Deployment", SERVER + "/securityContext/runAsNonRoot", "false"),
                put(
                    "Deployment",
                    SERVER + "/securityContext/seccompProfile",
                    "{type: Unconfined}")),
            breaking(
                "every pod that serves has a startup, a readiness and a liveness probe",
                drop("Deployment", SERVER + "/startupProbe"),
                drop("Deployment", SERVER + "/readinessProbe"),
                drop("Deployment", SERVER + "/livenessProbe")),
            breaking(
                "probes ask the port that the container opens",
                put("Deployment", SERVER + "/livenessProbe", "{tcpSocket: {port: 5000}}"),
                put("Deployment", SERVER + "/readinessProbe", "{grpc: {port: 9}}"),
                put("Deployment", SERVER + "/startupProbe", "{httpGet: {port: admin}}")),
            breaking(
                "ready is what the process itself says, and a start that it is ready or alive",
                put(
                    "Deployment",
                    SERVER + "/readinessProbe",
                    "{httpGet: {path: /healthz, port: http}}"),
                put(
                    "Deployment",
                    SERVER + "/readinessProbe",
                    "{grpc: {port: 50051, service: Recommendations}}"),
                put(
                    "Deployment",
                    SERVER + "/readinessProbe",
                    "{grpc: {port: 50051, service: liveness}}"),
                put("Deployment", SERVER + "/startupProbe", "{httpGet: {path: /, port: http}}")),
            breaking(
                "alive is what the process itself says, and no backend's outage changes it",
                put("Deployment", SERVER + "/livenessProbe", "{httpGet: {path: /, port: http}}")),
            breaking(
                "a start is noticed within a second, and may take a minute",
                put("Deployment", SERVER + "/startupProbe/periodSeconds", "5"),
                put("Deployment", SERVER + "/startupProbe/failureThreshold", "10")),
            breaking(
                "no probe waits for a guessed delay",
                put("Deployment", SERVER + "/readinessProbe/initialDelaySeconds", "20")),
            breaking(
                "a pod that drains is taken for unready before the drain ends",
                put("Deployment", SERVER + "/readinessProbe/failureThreshold", "4"),
                drop("Deployment", SERVER + "/readinessProbe/periodSeconds")),
            breaking(
                "no liveness probe kills a process that is stopping in order",
                put("Deployment", SERVER + "/livenessProbe/failureThreshold", "2"),
                put("Deployment", SERVER + "/livenessProbe/periodSeconds", "5")),
            breaking(
                "a drain outlasts the notice of it, and is no visitor's burden",
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"0\"}]"),
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"60000\"}]")),
            breaking(
                "a pod is given the time to drain and to finish, with a reserve",
                put("Deployment", POD + "/terminationGracePeriodSeconds", "15"),
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"15000\"}]")),
            breaking(
                "processes drain by themselves, without hooks",
                put(
                    "Deployment",
                    SERVER + "/lifecycle",
                    "{preStop: {exec: {command: [sleep, \"5\"]}}}")),
            breaking(
                "a rollout adds a pod before it takes one away",
                put("Deployment", "/spec/strategy/rollingUpdate/maxUnavailable", "1"),
                put("Deployment", "/spec/strategy/rollingUpdate/maxSurge", "25%"),
                put("Deployment", "/spec/strategy", "{type: Recreate}"),
                drop("Deployment", "/spec/strategy")),
            breaking(
                "a rollout keeps the pods that callers know until they can know the new ones",
                put("Deployment/recommendations", "/spec/minReadySeconds", "45")),
            breaking(
                "one budget lets every workload be evicted, a pod at a time",
                drop("PodDisruptionBudget", ""),
                put("PodDisruptionBudget", "/spec/selector/matchLabels", "{app: another}"),
                put(
                    "PodDisruptionBudget",
                    "/spec/selector/matchLabels",
                    "{app.kubernetes.io/part-of: bookmarket}"),
                put("PodDisruptionBudget", "/spec", "{minAvailable: 1}")),
            breaking(
                "every container has a limit of memory, and requests no more than that",
                drop("Deployment", SERVER + "/resources/limits/memory"),
                drop("Deployment", SERVER + "/resources/requests/memory"),
                put("Deployment", SERVER + "/resources/requests/memory", "1Gi")),
            breaking(
                "no service needs more than 160 MiB",
                put("Deployment", SERVER + "/resources/limits/memory", "192Mi")),
            breaking(
                "the whole shop requests at most 640 MiB of memory",
                put("Deployment", SERVER + "/resources/requests/memory", "600Mi")),
            breaking(
                "every container requests some CPU, and is never throttled",
                drop("Deployment", SERVER + "/resources/requests/cpu"),
                put("Deployment", SERVER + "/resources/limits/cpu", "1")),
            breaking(
                "the number of pods is said once: by the workload or by its one autoscaler",
                drop("Deployment", "/spec/replicas"),
                drop("HorizontalPodAutoscaler", ""),
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/name", "another"),
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/kind", "StatefulSet")),
            breaking("there is an autoscaler", drop("HorizontalPodAutoscaler", "")),
            breaking(
                "every autoscaler has a workload to scale, and room to do it",
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/name", "another"),
                put("HorizontalPodAutoscaler", "/spec/maxReplicas", "1")),
            breaking(
                "recommendations starts with two pods, so that balancing shows, all else with one",
                drop("Deployment/recommendations", "/spec/replicas"),
                put("HorizontalPodAutoscaler", "/spec/minReplicas", "2")),
            breaking(
                "pods of a service spread over the nodes, and one node will do",
                drop("Deployment", POD + "/topologySpreadConstraints"),
                put(
                    "Deployment",
                    POD + "/topologySpreadConstraints/0/labelSelector/matchLabels",
                    "{app: another}"),
                put(
                    "Deployment",
                    POD + "/topologySpreadConstraints/0/whenUnsatisfiable",
                    "DoNotSchedule")),
            breaking(
                "all objects and pods say by labels what they are",
                put("Deployment", "/metadata/labels/app", "another"),
                drop("Deployment", "/metadata/labels/app.kubernetes.io~1component"),
                put("Service", "/metadata/labels/app", "another"),
                drop("Service", "/metadata/labels/app.kubernetes.io~1component"),
                put("PodDisruptionBudget", "/metadata/labels/app", "another"),
                drop("PodDisruptionBudget", "/metadata/labels/app.kubernetes.io~1component"),
                put("HorizontalPodAutoscaler", "/metadata/labels/app", "another"),
                drop("HorizontalPodAutoscaler", "/metadata/labels/app.kubernetes.io~1component"),
                drop("NetworkPolicy", "/metadata/labels/app.kubernetes.io~1part-of"),
                drop("Namespace", "/metadata/labels/app.kubernetes.io~1managed-by"),
                drop("Deployment", "/spec/template/metadata/labels/app.kubernetes.io~1name")),
            breaking(
                "every workload keeps its own pods, and nobody else's",
                put("Deployment", "/spec/selector/matchLabels", "{app: another}"),
                put(
                    "Deployment",
                    "/spec/selector/matchLabels",
                    "{app.kubernetes.io/part-of: bookmarket}"),
                put("Deployment", "/spec/template/metadata/labels/app", "another")),
            breaking(
                "every workload has one Service, of its name",
                drop("Service", ""),
                put("Service", "/metadata/name", "another"),
                put("Service", "/spec/selector/app", "another")),
            breaking(
                "every Service has one workload",
                put("Service", "/spec/selector", "{app: another}"),
                put("Service", "/spec/selector", "{app.kubernetes.io/part-of: bookmarket}"),
                drop("Service", "/spec/selector"),
                drop("Deployment", "")),
            breaking(
                "every Service has the ports that its pods open, under the same numbers",
                put("Service", "/spec/ports/0/port", "80"),
                put("Service", "/spec/ports/0/targetPort", "admin"),
                put("Deployment", SERVER + "/ports/0/name", "admin"),
                put("Service", "/spec/ports/-", "{name: admin, port: 9}")),
            breaking(
                "every process listens on the port that its pod opens",
                put("Deployment", SERVER + "/ports/0/containerPort", "8080"),
                put(
                    "Deployment/marketplace",
                    SERVER + "/env/-",
                    "{name: MARKETPLACE_PORT, value: \"8080\"}")),
            breaking(
                "the outside reaches the marketplace, and nothing else",
                put("Service", "/spec/type", "NodePort"),
                put("Service/recommendations", "/spec/type", "LoadBalancer")),
            breaking(
                "a name inside the cluster is every ready pod's, so that gRPC balances",
                drop("Service/recommendations", "/spec/clusterIP"),
                put("Service/recommendations", "/spec/publishNotReadyAddresses", "true")),
            breaking(
                "tags stand in kustomization.yaml alone",
                edit(
                    "marketplace.yaml",
                    "image: bookmarket/marketplace",
                    "image: bookmarket/marketplace:1.0"),
                edit(
                    "recommendations.yaml",
                    "image: bookmarket/recommendations",
                    "image: \"bookmarket/recommendations@sha256:0\"")),
            breaking(
                "nothing may talk but by a policy that says so",
                drop("NetworkPolicy/default-deny", ""),
                put("NetworkPolicy/default-deny", "/spec/policyTypes", "[Ingress]"),
                put(
                    "NetworkPolicy/default-deny",
                    "/spec/podSelector",
                    "{matchLabels: {app: marketplace}}"),
                put("NetworkPolicy/default-deny", "/spec/egress", "[{}]")),
            breaking(
                "policies allow what pods have a variable for, DNS and visitors, and no more",
                drop("NetworkPolicy/marketplace", ""),
                drop("NetworkPolicy/recommendations", ""),
                drop("NetworkPolicy/allow-dns", ""),
                drop("NetworkPolicy/recommendations", "/spec/ingress/0/from"),
                put(
                    "NetworkPolicy/recommendations",
                    "/spec/ingress/0/from/-",
                    "{namespaceSelector: {}}"),
                put("NetworkPolicy/recommendations", "/spec/ingress/0/ports/0/port", "5000"),
                put("NetworkPolicy/marketplace", "/spec/ingress/0/from", "[{podSelector: {}}]"),
                drop("NetworkPolicy/marketplace", "/spec/egress/0/to"),
                put("NetworkPolicy/marketplace", "/spec/egress/0/ports/0/protocol", "UDP"),
                put("NetworkPolicy/marketplace", "/spec/egress/-", "{}"),
                drop("NetworkPolicy/allow-dns", "/spec/egress/0/ports/0"),
                drop("NetworkPolicy/allow-dns", "/spec/egress/0/to"),
                put("Deployment", SERVER + "/env/-", "{name: NOWHERE_HOST, value: nowhere}"),
                put(
                    "Deployment",
                    SERVER + "/env/-",
                    "{name: DATABASE_URL, value: \"jdbc:postgresql://nowhere:5432/orders\"}"),
                put("Deployment/marketplace", SERVER + "/env", "[]"),
                put("Deployment", "/spec/template/metadata/labels/app", "another"),
                add(
                    "{kind: NetworkPolicy, spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 1, endPort: 65535}]}]}}")),
            breaking(
                "pods set variables that their service knows",
                put("Deployment", SERVER + "/env/0/name", "DRAIN_SECONDS")),
            breaking(
                "every image has a tag that stays what it is",
                put("Deployment", SERVER + "/image", "bookmarket/marketplace"),
                put("Deployment", SERVER + "/image", "bookmarket/marketplace:latest")),
            breaking(
                "every process has a file of its name",
                put("Deployment", "/metadata/name", "another")))
        .flatMap(List::stream)
        .toList();
  }
}
