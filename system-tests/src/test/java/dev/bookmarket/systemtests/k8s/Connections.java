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
 * The connections that the network policies allow, and those that the pods need according to their
 * environment variables and scrape annotations. A connection is a string such as {@code marketplace
 * → recommendations:50051/TCP}.
 */
final class Connections {
  /** Possible clients or servers: pods, with their namespace and labels. */
  private record Peer(String name, String namespace, Map<String, String> labels) {
    boolean isInShop() {
      return namespace.equals(SHOP);
    }

    Map<String, String> namespaceLabels() {
      return Map.of("kubernetes.io/metadata.name", namespace);
    }
  }

  private record Port(int number, String protocol) {}

  /** An address to which a pod connects according to its variables. */
  private record Backend(String host, String port) {
    /** Returns whether it is in another namespace: {@code name.namespace}. */
    boolean isElsewhere() {
      return host.contains(".");
    }

    Peer asPeer() {
      return new Peer(host, host.substring(host.indexOf('.') + 1), Map.of());
    }

    Port asPort() {
      return new Port(Integer.parseInt(port), "TCP");
    }
  }

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

  /** Any pod in the namespace of the backends for telemetry. */
  private static final Peer SCRAPER = new Peer("scraper", "observability", Map.of());

  /** A pod of another namespace that may call the backends if they use TLS. */
  private static final Peer CLIENT =
      new Peer("client", "elsewhere", Map.of("bookmarket-client", "true"));

  private static final Port DNS_UDP = new Port(53, "UDP");
  private static final Port DNS_TCP = new Port(53, "TCP");

  /** Every image listens on it, but only pods that are scraped list it. */
  private static final Port METRICS = new Port(9464, "TCP");

  /** A port that no pod uses; a policy without ports allows it. */
  private static final Port UNUSED = new Port(9, "TCP");

  private static final Pattern URL = Pattern.compile("//([a-z0-9.-]+):(\\d+)");

  private final Shop shop;

  Connections(Shop shop) {
    this.shop = shop;
  }

  /** Returns the connections that are allowed but not needed, or needed but not allowed. */
  Stream<String> violations() {
    var allowed = allowed();
    var needed = needed();
    return Stream.concat(
        allowed.stream().filter(each -> !needed.contains(each)).map("not needed: "::concat),
        needed.stream().filter(each -> !allowed.contains(each)).map("not allowed: "::concat));
  }

  /** Returns the connections for the pods' variables, external Services, DNS, scraping and TLS. */
  Set<String> needed() {
    var connections = new TreeSet<String>();
    shop.workloads()
        .forEach(
            each -> {
              connections.add(connection(each.name(), DNS, DNS_UDP));
              connections.add(connection(each.name(), DNS, DNS_TCP));
              backends(each)
                  .map(to -> each.name() + " → " + to.host() + ":" + to.port() + "/TCP")
                  .forEach(connections::add);
              TelemetryRules.scrapedPort(each)
                  .map(port -> connection(SCRAPER.name(), each.name(), new Port(port, "TCP")))
                  .ifPresent(connections::add);
              if (shop.services(each).stream().anyMatch(ConnectionRules::isExternal)) {
                each.ports()
                    .filter(port -> !TelemetryRules.isAdmin(port))
                    .flatMap(
                        port ->
                            Stream.of(ANYONE, SCRAPER.name(), CLIENT.name())
                                .map(from -> connection(from, each.name(), portOf(port))))
                    .forEach(connections::add);
              }
              if (shop.services(each).stream().anyMatch(TlsRules::isForOtherCallers)) {
                ConnectionRules.publicPorts(each).stream()
                    .map(port -> connection(CLIENT.name(), each.name(), new Port(port, "TCP")))
                    .forEach(connections::add);
              }
            });
    return connections;
  }

  /** Returns the connections that the policies allow. */
  Set<String> allowed() {
    var connections = new TreeSet<String>();
    for (var from : callers()) {
      for (var to : callees()) {
        for (var port : ports()) {
          if ((from.isInShop() || to.isInShop())
              && allows(Direction.EGRESS, from, to, port)
              && allows(Direction.INGRESS, to, from, port)) {
            connections.add(connection(from.name(), to.name(), port));
          }
        }
      }
    }
    return connections;
  }

  private Stream<Backend> backends(Workload workload) {
    return workload
        .variables()
        .flatMap(
            variable -> {
              var name = variable.at("/name").asText();
              var value = variable.at("/value").asText();
              if (name.endsWith("_HOST")) {
                var port = shop.variable(workload, name.replaceFirst("HOST$", "PORT"));
                return Stream.of(new Backend(value, port.orElse("(no port)")));
              }
              return URL.matcher(value)
                  .results()
                  .map(url -> new Backend(url.group(1), url.group(2)));
            });
  }

  private Stream<Backend> backendsElsewhere() {
    return shop.workloads().flatMap(this::backends).filter(Backend::isElsewhere);
  }

  private List<Peer> callers() {
    var others = Stream.of(new Peer(ANYONE, "elsewhere", Map.of()), SCRAPER, CLIENT);
    return Stream.concat(others, shopPeers()).toList();
  }

  private List<Peer> callees() {
    var dns = new Peer(DNS, "kube-system", Map.of("k8s-app", "kube-dns"));
    return Stream.of(
            Stream.of(dns, new Peer(ANYONE, "elsewhere", Map.of())),
            shopPeers(),
            backendsElsewhere().map(Backend::asPeer))
        .flatMap(peers -> peers)
        .distinct()
        .toList();
  }

  private Stream<Peer> shopPeers() {
    return shop.workloads().map(each -> new Peer(each.name(), SHOP, each.podLabels()));
  }

  private List<Port> ports() {
    return Stream.of(
            shop.workloads().flatMap(Workload::ports).map(Connections::portOf),
            backendsElsewhere().map(Backend::asPort),
            Stream.of(DNS_UDP, DNS_TCP, METRICS, UNUSED))
        .flatMap(ports -> ports)
        .distinct()
        .toList();
  }

  /** Returns whether the policies of one side allow its connection with the other side. */
  private boolean allows(Direction direction, Peer side, Peer other, Port port) {
    var policies =
        shop.all("NetworkPolicy")
            .map(policy -> policy.at("/spec"))
            .filter(policy -> side.isInShop())
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
                    noneOrAny(rule.path(direction.peers), selector -> isPeer(selector, other))
                        && noneOrAny(rule.path("ports"), each -> isPort(each, port)));
  }

  /** Returns true for an empty or missing list too, because it restricts nothing. */
  private static boolean noneOrAny(JsonNode list, Predicate<JsonNode> accepted) {
    return list.isEmpty() || Shop.elements(list).anyMatch(accepted);
  }

  private static boolean isPeer(JsonNode selector, Peer peer) {
    if (selector.has("ipBlock")) {
      throw new AssertionError("this test does not support ipBlock: " + selector);
    }
    var inNamespace =
        selector.has("namespaceSelector")
            ? Shop.selects(selector.at("/namespaceSelector"), peer.namespaceLabels())
            : peer.isInShop();
    return inNamespace
        && (!selector.has("podSelector")
            || Shop.selects(selector.at("/podSelector"), peer.labels()));
  }

  private static boolean isPort(JsonNode allowed, Port port) {
    if (allowed.path("port").isTextual()) {
      throw new AssertionError("this test does not support named ports: " + allowed);
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

  private static String connection(String from, String to, Port port) {
    return from + " → " + to + ":" + port.number() + "/" + port.protocol();
  }
}
