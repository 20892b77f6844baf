package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who may talk to whom, by the network policies, and who wants to, by the variables of the pods. An
 * arrow reads {@code marketplace → recommendations:50051/TCP}.
 */
final class Arrows {
  /** Pods that could talk or be talked to, their namespace and their labels. */
  private record Party(String name, String namespace, Map<String, String> labels) {
    boolean isOfTheShop() {
      return namespace.equals(SHOP);
    }

    Map<String, String> namespaceLabels() {
      return Map.of("kubernetes.io/metadata.name", namespace);
    }
  }

  private record Port(int number, String protocol) {}

  private enum Direction {
    EGRESS("Egress", "egress", "to"),
    INGRESS("Ingress", "ingress", "from");

    private final String type;
    private final String rules;
    private final String peers;

    Direction(String type, String rules, String peers) {
      this.type = type;
      this.rules = rules;
      this.peers = peers;
    }
  }

  private static final String SHOP = "bookmarket";
  private static final String ANYONE = "anyone";
  private static final String DNS = "dns";
  private static final Port DNS_UDP = new Port(53, "UDP");
  private static final Port DNS_TCP = new Port(53, "TCP");

  /** A port that nobody has: reached where a policy forgets to name ports. */
  private static final Port ANY_OTHER = new Port(9, "TCP");

  private static final Pattern URL = Pattern.compile("//([a-z0-9.-]+):(\\d+)");

  private final Shop shop;

  Arrows(Shop shop) {
    this.shop = shop;
  }

  /** What is allowed and not wanted, or wanted and not allowed. */
  Stream<String> breaches() {
    var allowed = allowed();
    var wanted = wanted();
    return Stream.concat(
        allowed.stream().filter(arrow -> !wanted.contains(arrow)).map("not wanted: "::concat),
        wanted.stream().filter(arrow -> !allowed.contains(arrow)).map("not allowed: "::concat));
  }

  /** The arrows that the pods' variables, the Services for the outside and DNS ask for. */
  Set<String> wanted() {
    var arrows = new TreeSet<String>();
    shop.workloads()
        .forEach(
            each -> {
              arrows.add(arrow(each.name(), DNS, DNS_UDP));
              arrows.add(arrow(each.name(), DNS, DNS_TCP));
              backends(each).forEach(arrows::add);
              if (shop.services(each).stream().anyMatch(service -> !Wiring.isHeadless(service))) {
                each.ports().forEach(port -> arrows.add(arrow(ANYONE, each.name(), portOf(port))));
              }
            });
    return arrows;
  }

  /** The arrows that the policies leave. */
  Set<String> allowed() {
    var arrows = new TreeSet<String>();
    for (var from : callers()) {
      for (var to : callees()) {
        for (var port : ports()) {
          if ((from.isOfTheShop() || to.isOfTheShop())
              && allows(Direction.EGRESS, from, to, port)
              && allows(Direction.INGRESS, to, from, port)) {
            arrows.add(arrow(from.name(), to.name(), port));
          }
        }
      }
    }
    return arrows;
  }

  private Stream<String> backends(Workload workload) {
    return workload
        .variables()
        .flatMap(
            variable -> {
              var name = variable.at("/name").asText();
              var value = variable.at("/value").asText();
              if (name.endsWith("_HOST")) {
                var port = shop.variable(workload, name.replaceFirst("HOST$", "PORT"));
                return Stream.of(backend(workload, value, port.orElse("(no port)")));
              }
              return URL.matcher(value)
                  .results()
                  .map(url -> backend(workload, url.group(1), url.group(2)));
            });
  }

  private String backend(Workload caller, String host, String port) {
    return caller.name() + " → " + host + ":" + port + "/TCP";
  }

  private List<Party> callers() {
    var anyone = Stream.of(new Party(ANYONE, "elsewhere", Map.of()));
    return Stream.concat(anyone, shopParties()).toList();
  }

  private List<Party> callees() {
    var dns = Stream.of(new Party(DNS, "kube-system", Map.of("k8s-app", "kube-dns")));
    return Stream.concat(callers().stream(), dns).toList();
  }

  private Stream<Party> shopParties() {
    return shop.workloads().map(each -> new Party(each.name(), SHOP, each.podLabels()));
  }

  private List<Port> ports() {
    return Stream.concat(
            shop.workloads().flatMap(Workload::ports).map(Arrows::portOf),
            Stream.of(DNS_UDP, DNS_TCP, ANY_OTHER))
        .distinct()
        .toList();
  }

  /** Whether the policies of one side let it talk with another on a port of whoever is called. */
  private boolean allows(Direction direction, Party side, Party other, Port port) {
    var policies =
        shop.all("NetworkPolicy")
            .map(policy -> policy.at("/spec"))
            .filter(policy -> side.isOfTheShop())
            .filter(policy -> Shop.selects(policy.at("/podSelector"), side.labels()))
            .filter(
                policy ->
                    Shop.elements(policy.at("/policyTypes"))
                        .anyMatch(type -> type.asText().equals(direction.type)))
            .toList();
    return policies.isEmpty()
        || policies.stream()
            .flatMap(policy -> Shop.elements(policy.path(direction.rules)))
            .anyMatch(
                rule ->
                    noneOrAny(rule.path(direction.peers), peer -> isPeer(peer, other))
                        && noneOrAny(rule.path("ports"), each -> isPort(each, port)));
  }

  /** An empty or missing list restricts nothing. */
  private static boolean noneOrAny(JsonNode list, Predicate<JsonNode> accepted) {
    return list.isEmpty() || Shop.elements(list).anyMatch(accepted);
  }

  private static boolean isPeer(JsonNode peer, Party party) {
    if (peer.has("ipBlock")) {
      throw new AssertionError("teach these tests to read ipBlock: " + peer);
    }
    var inNamespace =
        peer.has("namespaceSelector")
            ? Shop.selects(peer.at("/namespaceSelector"), party.namespaceLabels())
            : party.isOfTheShop();
    return inNamespace
        && (!peer.has("podSelector") || Shop.selects(peer.at("/podSelector"), party.labels()));
  }

  private static boolean isPort(JsonNode allowed, Port port) {
    if (allowed.path("port").isTextual()) {
      throw new AssertionError("teach these tests to read names of ports: " + allowed);
    }
    int first = allowed.path("port").asInt(0);
    int last = allowed.has("port") ? allowed.path("endPort").asInt(first) : 65_535;
    return allowed.path("protocol").asText("TCP").equals(port.protocol())
        && port.number() >= first
        && port.number() <= last;
  }

  private static Port portOf(JsonNode containerPort) {
    return new Port(
        containerPort.at("/containerPort").asInt(), containerPort.at("/protocol").asText("TCP"));
  }

  private static String arrow(String from, String to, Port port) {
    return from + " → " + to + ":" + port.number() + "/" + port.protocol();
  }
}
