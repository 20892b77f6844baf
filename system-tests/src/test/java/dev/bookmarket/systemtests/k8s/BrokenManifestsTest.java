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

/** Each rule rejects manifests, with telemetry or TLS, that violate it in one place. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class BrokenManifestsTest {
  private static final String POD = "/spec/template/spec";
  private static final String SERVER = POD + "/containers/0";

  private static Manifests valid;
  private static Manifests validWithTls;
  private static EnvironmentVariables variables;

  @BeforeAll
  static void render() {
    valid = Manifests.renderedWithTelemetry();
    validWithTls = Manifests.renderedWithTls();
    variables = new EnvironmentVariables();
  }

  /** A change, and the rule that it violates. */
  private record InvalidChange(String rule, Change change) {
    @Override
    public String toString() {
      return rule + " | " + change;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalidChanges")
  void are_rejected(InvalidChange invalid) {
    var rule = rule(invalid.rule());

    var original = TlsRules.RULES.contains(rule) ? validWithTls : valid;
    var broken = invalid.change().appliedTo(original);

    assertThat(broken).as("changed by %s", invalid).isNotEmpty().doesNotContain(original);
    assertThat(broken)
        .as("not rejected: %s", invalid)
        .noneMatch(each -> rule.isMetBy(new Shop(each, variables)));
  }

  @Test
  void exist_for_every_rule() {
    assertThat(invalidChanges().stream().map(InvalidChange::rule).distinct())
        .containsExactlyInAnyOrderElementsOf(
            ManifestRule.all().stream().map(ManifestRule::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Deployment", "StatefulSet"})
  void are_rejected_for_a_new_service(String kind) {
    var bare =
        """
        kind: %s
        metadata: {name: later}
        spec: {template: {spec: {containers: [{image: "bookmarket/recommendations:1.0"}]}}}
        """;

    var broken = add(bare.formatted(kind)).appliedTo(valid).get(0);

    assertThat(ManifestRule.all())
        .filteredOn(rule -> !rule.isMetBy(new Shop(broken, variables)))
        .extracting(ManifestRule::name)
        .contains(
            "no pod runs as root",
            "no container has a capability",
            "every container has a startup, a readiness and a liveness probe",
            "one disruption budget allows each workload to lose one pod at a time",
            "every container has a memory limit, and requests at most that much",
            "all objects and pods have the recommended labels",
            "every workload has one Service, with the same name",
            "every workload has a file with its name");
  }

  private static ManifestRule rule(String name) {
    return ManifestRule.all().stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<InvalidChange> breaking(String rule, Change... changes) {
    return Stream.of(changes).map(change -> new InvalidChange(rule, change)).toList();
  }

  static List<InvalidChange> invalidChanges() {
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
                "no pod gets a token for the API server",
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
                "no mount changes the mode of files that the pod has created",
                drop("StatefulSet", POD + "/securityContext/fsGroupChangePolicy"),
                put("StatefulSet", POD + "/securityContext/fsGroupChangePolicy", "Always"),
                put("Deployment", POD + "/securityContext/fsGroup", "10001")),
            breaking(
                "every pod is restricted to the system calls of the runtime's profile",
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
                "no container overrides the security settings of its pod",
                put("Deployment", SERVER + "/securityContext/runAsUser", "0"),
                put("Deployment", SERVER + "/securityContext/runAsNonRoot", "false"),
                put(
                    "Deployment",
                    SERVER + "/securityContext/seccompProfile",
                    "{type: Unconfined}")),
            breaking(
                "every container has a startup, a readiness and a liveness probe",
                drop("Deployment", SERVER + "/startupProbe"),
                drop("Deployment", SERVER + "/readinessProbe"),
                drop("Deployment", SERVER + "/livenessProbe")),
            breaking(
                "probes use the port that the container opens",
                put("Deployment", SERVER + "/livenessProbe", "{tcpSocket: {port: 5000}}"),
                put("Deployment", SERVER + "/readinessProbe", "{grpc: {port: 9}}"),
                put("Deployment", SERVER + "/startupProbe", "{httpGet: {port: metrics}}")),
            breaking(
                "readiness probes check readiness, and startup probes readiness or liveness",
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
                "liveness probes check liveness, which does not depend on a backend",
                put("Deployment", SERVER + "/livenessProbe", "{httpGet: {path: /, port: http}}")),
            breaking(
                "a start is detected within a second, and may take a minute",
                put("Deployment", SERVER + "/startupProbe/periodSeconds", "5"),
                put("Deployment", SERVER + "/startupProbe/failureThreshold", "10")),
            breaking(
                "no probe has an initial delay",
                put("Deployment", SERVER + "/readinessProbe/initialDelaySeconds", "20")),
            breaking(
                "a pod is unready before its drain ends",
                put("Deployment", SERVER + "/readinessProbe/failureThreshold", "4"),
                drop("Deployment", SERVER + "/readinessProbe/periodSeconds")),
            breaking(
                "no liveness probe kills a process during a graceful stop",
                put("Deployment", SERVER + "/livenessProbe/failureThreshold", "2"),
                put("Deployment", SERVER + "/livenessProbe/periodSeconds", "5")),
            breaking(
                "a drain takes 5 to 15 seconds",
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"0\"}]"),
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"60000\"}]")),
            breaking(
                "the grace period covers the drain and the requests in flight, with a reserve",
                put("Deployment", POD + "/terminationGracePeriodSeconds", "15"),
                put("Deployment", SERVER + "/env", "[{name: DRAIN_MS, value: \"15000\"}]")),
            breaking(
                "no container has lifecycle hooks",
                put(
                    "Deployment",
                    SERVER + "/lifecycle",
                    "{preStop: {exec: {command: [sleep, \"5\"]}}}")),
            breaking(
                "a rollout adds a pod before it removes one",
                put("Deployment", "/spec/strategy/rollingUpdate/maxUnavailable", "1"),
                put("Deployment", "/spec/strategy/rollingUpdate/maxSurge", "25%"),
                put("Deployment", "/spec/strategy", "{type: Recreate}"),
                drop("Deployment", "/spec/strategy")),
            breaking(
                "a rollout keeps the old pods until DNS and clients have the new addresses",
                put("Deployment/recommendations", "/spec/minReadySeconds", "45")),
            breaking(
                "one disruption budget allows each workload to lose one pod at a time",
                drop("PodDisruptionBudget", ""),
                put("PodDisruptionBudget", "/spec/selector/matchLabels", "{app: another}"),
                put(
                    "PodDisruptionBudget",
                    "/spec/selector/matchLabels",
                    "{app.kubernetes.io/part-of: bookmarket}"),
                put("PodDisruptionBudget", "/spec", "{minAvailable: 1}")),
            breaking(
                "no disruption budget protects a pod that is not ready",
                drop("PodDisruptionBudget", "/spec/unhealthyPodEvictionPolicy"),
                put("PodDisruptionBudget", "/spec/unhealthyPodEvictionPolicy", "IfHealthyBudget")),
            breaking(
                "every container has a memory limit, and requests at most that much",
                drop("Deployment", SERVER + "/resources/limits/memory"),
                drop("Deployment", SERVER + "/resources/requests/memory"),
                put("Deployment", SERVER + "/resources/requests/memory", "1Gi")),
            breaking(
                "no service has a memory limit above 256 MiB",
                put("Deployment", SERVER + "/resources/limits/memory", "257Mi")),
            breaking(
                "the whole shop requests at most 640 MiB of memory",
                put("Deployment", SERVER + "/resources/requests/memory", "600Mi")),
            breaking(
                "every container requests CPU, and has no CPU limit",
                drop("Deployment", SERVER + "/resources/requests/cpu"),
                put("Deployment", SERVER + "/resources/limits/cpu", "1")),
            breaking(
                "either the workload or one autoscaler sets the number of pods",
                drop("Deployment", "/spec/replicas"),
                drop("HorizontalPodAutoscaler", ""),
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/name", "another"),
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/kind", "StatefulSet")),
            breaking("there is an autoscaler", drop("HorizontalPodAutoscaler", "")),
            breaking(
                "every autoscaler has a workload, and a maximum above its minimum",
                put("HorizontalPodAutoscaler", "/spec/scaleTargetRef/name", "another"),
                put("HorizontalPodAutoscaler", "/spec/maxReplicas", "1")),
            breaking(
                "recommendations starts with two pods, to show load balancing, the others with one",
                drop("Deployment/recommendations", "/spec/replicas"),
                put("HorizontalPodAutoscaler", "/spec/minReplicas", "2")),
            breaking(
                "pods of a service spread over the nodes, and one node is enough",
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
                "all objects and pods have the recommended labels",
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
                "every workload selects its own pods only",
                put("Deployment", "/spec/selector/matchLabels", "{app: another}"),
                put(
                    "Deployment",
                    "/spec/selector/matchLabels",
                    "{app.kubernetes.io/part-of: bookmarket}"),
                put("Deployment", "/spec/template/metadata/labels/app", "another")),
            breaking(
                "every workload has one Service, with the same name",
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
                "every Service has the ports that its pods open, except admin, with the same numbers",
                put("Service", "/spec/ports/0/port", "80"),
                put("Service", "/spec/ports/0/targetPort", "admin"),
                put("Deployment", SERVER + "/ports/1/name", "admin"),
                put("Service", "/spec/ports/-", "{name: admin, port: 9}"),
                put("Service", "/spec/ports/-", "{name: admin, port: 9464, targetPort: admin}")),
            breaking(
                "every process listens on the ports that its pod opens",
                put("Deployment", SERVER + "/ports/0/containerPort", "8080"),
                put("Deployment", SERVER + "/ports/1/containerPort", "8080"),
                put("Deployment", SERVER + "/env/0/value", "\"8080\""),
                put(
                    "Deployment/marketplace",
                    SERVER + "/env/-",
                    "{name: MARKETPLACE_PORT, value: \"8080\"}")),
            breaking(
                "only the marketplace is reachable from outside",
                put("Service", "/spec/type", "NodePort"),
                put("Service/recommendations", "/spec/type", "LoadBalancer")),
            breaking(
                "names inside the cluster resolve to every ready pod, so that gRPC balances",
                drop("Service/recommendations", "/spec/clusterIP"),
                put("Service/recommendations", "/spec/publishNotReadyAddresses", "true")),
            breaking(
                "a database has a cluster IP, which stays the same when its pod is replaced",
                put("Service/postgres", "/spec/clusterIP", "None")),
            breaking(
                "every port of a policy has its protocol, as the server stores it",
                drop("NetworkPolicy/marketplace", "/spec/ingress/0/ports/0/protocol"),
                drop("NetworkPolicy/marketplace", "/spec/egress/1/ports/0/protocol")),
            breaking(
                "no Service sets a value that the server omits",
                put("Service", "/spec/publishNotReadyAddresses", "false")),
            breaking(
                "every claim template has all defaults of the server",
                drop("StatefulSet", "/spec/volumeClaimTemplates/0/apiVersion"),
                drop("StatefulSet", "/spec/volumeClaimTemplates/0/kind"),
                drop("StatefulSet", "/spec/volumeClaimTemplates/0/metadata/creationTimestamp"),
                drop("StatefulSet", "/spec/volumeClaimTemplates/0/spec/volumeMode"),
                drop("StatefulSet", "/spec/volumeClaimTemplates/0/status")),
            breaking(
                "every claim template has all labels before kustomize adds them",
                edit(
                    "postgres.yaml",
                    "{app.kubernetes.io/part-of: bookmarket, app.kubernetes.io/managed-by: kustomize}",
                    "{app.kubernetes.io/part-of: bookmarket}"),
                edit(
                    "kustomization.yaml",
                    "app.kubernetes.io/part-of: bookmarket",
                    "app.kubernetes.io/part-of: another")),
            breaking(
                "image tags are only in kustomization.yaml",
                edit(
                    "marketplace.yaml",
                    "image: bookmarket/marketplace",
                    "image: bookmarket/marketplace:1.0"),
                edit(
                    "recommendations.yaml",
                    "image: bookmarket/recommendations",
                    "image: \"bookmarket/recommendations@sha256:0\"")),
            breaking(
                "all traffic is denied by default",
                drop("NetworkPolicy/default-deny", ""),
                put("NetworkPolicy/default-deny", "/spec/policyTypes", "[Ingress]"),
                put(
                    "NetworkPolicy/default-deny",
                    "/spec/podSelector",
                    "{matchLabels: {app: marketplace}}"),
                put("NetworkPolicy/default-deny", "/spec/egress", "[{}]")),
            breaking(
                "policies allow only DNS, visitors, scraping, callers with TLS, and backends for which a pod has a variable",
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
                drop("NetworkPolicy/telemetry", ""),
                drop("NetworkPolicy/telemetry", "/spec/ingress/0/from"),
                drop("NetworkPolicy/telemetry", "/spec/egress/0/to"),
                put("NetworkPolicy/telemetry", "/spec/ingress/0/ports/0/port", "5000"),
                put("NetworkPolicy/telemetry", "/spec/egress/0/ports/0/port", "4317"),
                put("NetworkPolicy/telemetry", "/spec/podSelector", "{}"),
                drop("Deployment", "/spec/template/metadata/annotations"),
                drop("Deployment", "/spec/template/metadata/labels/telemetry"),
                add(
                    "{kind: NetworkPolicy, spec: {podSelector: {matchLabels: {app: postgres}}, policyTypes: [Ingress], ingress: [{ports: [{port: 9464}]}]}}"),
                put("Deployment", "/spec/template/metadata/labels/app", "another"),
                add(
                    "{kind: NetworkPolicy, spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 1, endPort: 65535}]}]}}")),
            breaking(
                "pods set only variables that their service reads",
                put("Deployment", SERVER + "/env/0/name", "DRAIN_SECONDS"),
                put("Deployment", SERVER + "/env/1/name", "OTEL_ENDPOINT")),
            breaking(
                "either every service is scraped, at the metrics of its admin port, or none",
                drop("Deployment", "/spec/template/metadata/annotations"),
                drop("Deployment", SERVER + "/ports/0"),
                put("Deployment", SERVER + "/ports/0/name", "metrics"),
                put("Deployment", SERVER + "/ports/0/containerPort", "9465"),
                put("Deployment", "/spec/template/metadata/annotations/prometheus.io~1path", "/"),
                put(
                    "Deployment",
                    "/spec/template/metadata/annotations/prometheus.io~1scrape",
                    "\"false\"")),
            breaking(
                "either every service exports telemetry, to the same endpoint, or none",
                drop("Deployment", SERVER + "/env/1"),
                put("Deployment", SERVER + "/env/1/value", "http://another.observability:4318")),
            breaking(
                "every image has a fixed tag",
                put("Deployment", SERVER + "/image", "bookmarket/marketplace"),
                put("Deployment", SERVER + "/image", "bookmarket/marketplace:latest")),
            breaking(
                "every third-party image has a registry, because a short name can be ambiguous",
                put("StatefulSet", SERVER + "/image", "postgres:17"),
                put("StatefulSet", SERVER + "/image", "library/postgres:17")),
            breaking(
                "every workload has a file with its name",
                put("Deployment", "/metadata/name", "another")),
            breaking(
                "either every service has the folder of its own certificate, and no other, or none",
                put("Deployment", POD + "/volumes/0/secret/secretName", "postgres-tls"),
                put(
                    "Deployment",
                    POD + "/volumes/-",
                    "{name: b, secret: {secretName: client-tls}}"),
                put("Deployment", SERVER + "/volumeMounts/0/subPath", "tls.crt"),
                put("Deployment", SERVER + "/volumeMounts/0/mountPath", "/etc/tls"),
                drop("Deployment", SERVER + "/volumeMounts/0/readOnly"),
                drop("Deployment", POD + "/volumes/0")),
            breaking(
                "the Secret of every certificate is complete, and keeps its name when it changes",
                drop("Secret/orders-tls", ""),
                drop("Secret/postgres-tls", ""),
                put("Secret/greeter-tls", "/metadata/name", "greeter-tls-5d2k7f8h9c"),
                put("Secret/orders-tls", "/type", "Opaque"),
                drop("Secret/orders-tls", "/data/ca.crt"),
                put("Secret/orders-tls", "/data/ca.key", "a2V5")),
            breaking(
                "probes of a service with TLS use HTTP, on a port without TLS",
                put("Deployment/orders", SERVER + "/startupProbe", "{grpc: {port: 12006}}"),
                put("Deployment/orders", SERVER + "/readinessProbe/httpGet/port", "grpc"),
                put("Deployment", SERVER + "/livenessProbe/httpGet/scheme", "HTTPS")),
            breaking(
                "with TLS, every backend has a second Service, with a cluster IP and port 443",
                drop("Service/orders-tls", ""),
                put("Service/orders-tls", "/spec/selector/app", "greeter"),
                put("Service/orders-tls", "/spec/clusterIP", "None"),
                put("Service/orders-tls", "/spec/ports/0/port", "12006"),
                put("Service/orders-tls", "/spec/ports/0/targetPort", "admin"),
                put("Service/orders-tls", "/spec/ports/-", "{name: b, port: 80, targetPort: grpc}"),
                put("Service/marketplace", "/metadata/name", "marketplace-tls")),
            breaking(
                "every Service names TLS as the protocol of its port if its pods use it",
                drop("Service/orders", "/spec/ports/0/appProtocol"),
                put("Service/greeter-tls", "/spec/ports/0/appProtocol", "kubernetes.io/h2c")),
            breaking(
                "a service with TLS verifies its database",
                put(
                    "Deployment/orders",
                    SERVER + "/env",
                    "[{name: DATABASE_URL, value: \"jdbc:postgresql://postgres:5432/orders\"}]"),
                put(
                    "Deployment/orders",
                    SERVER + "/env",
                    "[{name: DATABASE_URL, value: \"jdbc:postgresql://postgres:5432/orders?sslmode=require\"}]")),
            breaking(
                "with TLS, a database uses its certificate, whose key only it can read",
                drop("StatefulSet/postgres", SERVER + "/args"),
                put("StatefulSet/postgres", SERVER + "/volumeMounts/0/mountPath", "/etc/tls"),
                put("StatefulSet/postgres", POD + "/volumes/0/secret/secretName", "orders-tls"),
                drop("StatefulSet/postgres", POD + "/volumes/0/secret/defaultMode")))
        .flatMap(List::stream)
        .toList();
  }
}
