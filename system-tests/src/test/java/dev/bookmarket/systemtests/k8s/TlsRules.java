package dev.bookmarket.systemtests.k8s;

import static dev.bookmarket.systemtests.k8s.IsolationRules.absent;
import static dev.bookmarket.systemtests.k8s.IsolationRules.is;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Rules for certificates and encrypted connections, which the base has for no service. */
final class TlsRules {
  private static final String TLS_DIR = "TLS_DIR";
  private static final String SUFFIX = "-tls";
  private static final Set<String> FILES = Set.of("tls.crt", "tls.key", "ca.crt");

  static final List<ManifestRule> RULES =
      List.of(
          ManifestRule.ofEveryService(
              "either every service has the folder of its own certificate, and no other, or none",
              (shop, each) ->
                  !hasTls(shop)
                      || (each.variable(TLS_DIR).equals(folderOf(each))
                          && secretsOf(each).toList().equals(List.of(each.name() + SUFFIX)))),
          new ManifestRule(
              "the Secret of every certificate is complete, and keeps its name when it changes",
              shop ->
                  shop.workloads()
                      .flatMap(TlsRules::secretsOf)
                      .filter(name -> shop.all("Secret").noneMatch(each -> isFor(name, each)))),
          ManifestRule.ofEveryService(
              "probes of a service with TLS use HTTP, on a port without TLS",
              (shop, each) ->
                  !hasTls(each)
                      || Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                          .map(name -> each.container().path(name))
                          .allMatch(
                              probe ->
                                  absent("/grpc").test(probe)
                                      && absent("/httpGet/scheme").test(probe)
                                      && !is("/httpGet/port", "grpc").test(probe))),
          ManifestRule.ofEveryService(
              "with TLS, every backend has a second Service, with a cluster IP and port 443",
              (shop, each) ->
                  shop.services(each).stream()
                      .filter(TlsRules::isForOtherCallers)
                      .map(service -> otherCallersPort(each, service))
                      .toList()
                      .equals(
                          hasTls(each) && isBackend(shop, each)
                              ? ConnectionRules.publicPorts(each)
                              : List.of())),
          ManifestRule.ofEveryService(
              "every Service names TLS as the protocol of its port if its pods use it",
              (shop, each) ->
                  !isBackend(shop, each)
                      || shop.services(each).stream()
                          .allMatch(
                              service ->
                                  is("/spec/ports/0/appProtocol", hasTls(each) ? "https" : "")
                                      .test(service))),
          ManifestRule.ofEveryService(
              "a service with TLS verifies its database",
              (shop, each) ->
                  !hasTls(each)
                      || each.variable("DATABASE_URL")
                          .map(
                              url ->
                                  url.endsWith(
                                      "?sslmode=verify-full&sslrootcert="
                                          + folderOf(each).orElseThrow()
                                          + "/ca.crt"))
                          .orElse(true)),
          ManifestRule.ofEveryWorkload(
              "with TLS, a database uses its certificate, whose key only it can read",
              (shop, each) -> !hasTls(shop) || each.isOurs() || isServedWithTls(each)));

  private TlsRules() {}

  /** Returns whether the pods of a workload use TLS for gRPC. */
  static boolean hasTls(Workload workload) {
    return workload.variable(TLS_DIR).isPresent() || secretsOf(workload).findAny().isPresent();
  }

  private static boolean hasTls(Shop shop) {
    return shop.workloads().anyMatch(TlsRules::hasTls);
  }

  /** Returns whether a Service is for callers outside of the shop. */
  static boolean isForOtherCallers(JsonNode service) {
    return Shop.nameOf(service).endsWith(SUFFIX);
  }

  private static boolean isBackend(Shop shop, Workload workload) {
    return shop.services(workload).stream().noneMatch(ConnectionRules::isExternal);
  }

  /** Returns the port of the pods to which a Service leads; -1 if it is not as it should be. */
  private static int otherCallersPort(Workload workload, JsonNode service) {
    var ports = service.at("/spec/ports");
    return !ConnectionRules.isHeadless(service)
            && ports.size() == 1
            && ports.at("/0/port").asInt() == 443
        ? workload.port(ports.at("/0/targetPort"))
        : -1;
  }

  private static Stream<JsonNode> secretVolumes(Workload workload) {
    return Shop.elements(workload.pod().at("/volumes")).filter(volume -> volume.has("secret"));
  }

  private static Stream<String> secretsOf(Workload workload) {
    return secretVolumes(workload).map(volume -> volume.at("/secret/secretName").asText());
  }

  /** Returns where the first container has a Secret as a folder that the kubelet updates. */
  private static Optional<String> folderOf(Workload workload) {
    var names = secretVolumes(workload).map(volume -> volume.at("/name")).toList();
    return Shop.elements(workload.container().at("/volumeMounts"))
        .filter(mount -> names.contains(mount.at("/name")))
        .filter(is("/readOnly", "true").and(absent("/subPath")).and(absent("/subPathExpr")))
        .map(mount -> mount.at("/mountPath").asText())
        .findFirst();
  }

  private static boolean isFor(String name, JsonNode secret) {
    return Shop.nameOf(secret).equals(name)
        && is("/type", "kubernetes.io/tls").test(secret)
        && Shop.texts(secret.at("/data")).keySet().equals(FILES);
  }

  private static boolean isServedWithTls(Workload database) {
    var folder = folderOf(database).orElse("(none)");
    var arguments = Shop.elements(database.container().at("/args")).map(JsonNode::asText).toList();
    return arguments.containsAll(
            List.of(
                "--ssl=on",
                "--ssl_cert_file=" + folder + "/tls.crt",
                "--ssl_key_file=" + folder + "/tls.key"))
        && secretsOf(database).toList().equals(List.of(database.name() + SUFFIX))
        && secretVolumes(database).allMatch(is("/secret/defaultMode", "416")); // 0640
  }
}
