package dev.bookmarket.systemtests.k8s;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A Deployment or another object that makes pods, all alike. */
public record Workload(JsonNode object) {
  private static final String OUR_IMAGES = "bookmarket/";

  /** All that {@code k8s/} describes. */
  public static List<Workload> all() {
    return new Shop(Manifests.rendered(), new Variables()).workloads().toList();
  }

  /** Its name, which is that of its Service too. */
  public String name() {
    return Shop.nameOf(object);
  }

  /** Whether its pods run an image of this project, rather than somebody else's database. */
  public boolean isOurs() {
    return image().startsWith(OUR_IMAGES);
  }

  /** The module of this project that its pods run. */
  public String module() {
    return image().substring(OUR_IMAGES.length()).replaceFirst("[:@].*", "");
  }

  /** The pods' specification. */
  public JsonNode pod() {
    return object.at("/spec/template/spec");
  }

  Map<String, String> podLabels() {
    return Shop.texts(object.at("/spec/template/metadata/labels"));
  }

  /** The container that serves: the first. */
  public JsonNode container() {
    return pod().at("/containers/0");
  }

  /** All containers, also those that only run before the others. */
  Stream<JsonNode> containers() {
    return Stream.concat(
        Shop.elements(pod().at("/containers")), Shop.elements(pod().at("/initContainers")));
  }

  /** The ports that its containers open. */
  public Stream<JsonNode> ports() {
    return containers().flatMap(container -> Shop.elements(container.at("/ports")));
  }

  /** The number of the port that a Service, a probe or a policy means by a number or a name. */
  public int port(JsonNode numberOrName) {
    return numberOrName.isInt()
        ? numberOrName.asInt()
        : ports()
            .filter(port -> port.at("/name").equals(numberOrName))
            .mapToInt(port -> port.at("/containerPort").asInt())
            .findFirst()
            .orElse(-1);
  }

  /** The environment variables that its containers set. */
  Stream<JsonNode> variables() {
    return containers().flatMap(container -> Shop.elements(container.at("/env")));
  }

  /** The value that a variable is set to. */
  Optional<String> variable(String name) {
    return variables()
        .filter(variable -> variable.at("/name").asText().equals(name))
        .map(variable -> variable.at("/value").asText())
        .findFirst();
  }

  /** The variables of the container that serves, and their values; secrets are looked up. */
  public Map<String, String> environment(Secrets secrets) {
    return Shop.elements(container().at("/env"))
        .collect(
            toMap(
                variable -> variable.at("/name").asText(),
                variable ->
                    variable.has("valueFrom")
                        ? secrets.value(variable.at("/valueFrom/secretKeyRef"))
                        : variable.at("/value").asText()));
  }

  /** The most memory that the container that serves may take, in bytes. */
  public long memoryLimit() {
    return Quantity.getAmountInBytes(
            new Quantity(container().at("/resources/limits/memory").asText()))
        .longValueExact();
  }

  /** Whether a selector of labels takes its pods. */
  boolean isSelectedBy(JsonNode selector) {
    return Shop.selects(selector, podLabels());
  }

  /** The image that its pods run, with its tag. */
  public String image() {
    return container().at("/image").asText();
  }
}
