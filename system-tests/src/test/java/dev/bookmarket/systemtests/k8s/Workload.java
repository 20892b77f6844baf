package dev.bookmarket.systemtests.k8s;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A Deployment or another object that creates identical pods. */
public record Workload(JsonNode object) {
  private static final String OUR_IMAGES = "bookmarket/";

  /** Returns all workloads in {@code k8s/}. */
  public static List<Workload> all() {
    return new Shop(Manifests.rendered(), new EnvironmentVariables()).workloads().toList();
  }

  /** Returns its name, which is also the name of its Service. */
  public String name() {
    return Shop.nameOf(object);
  }

  /** Returns whether its pods run an image of this project. */
  public boolean isOurs() {
    return image().startsWith(OUR_IMAGES);
  }

  /** Returns the module of this project that its pods run. */
  public String module() {
    return image().substring(OUR_IMAGES.length()).replaceFirst("[:@].*", "");
  }

  /** Returns the specification of the pods. */
  public JsonNode pod() {
    return object.at("/spec/template/spec");
  }

  Map<String, String> podLabels() {
    return Shop.texts(object.at("/spec/template/metadata/labels"));
  }

  /** Returns the first container, which serves the requests. */
  public JsonNode container() {
    return pod().at("/containers/0");
  }

  /** Returns all containers, including init containers. */
  Stream<JsonNode> containers() {
    return Stream.concat(
        Shop.elements(pod().at("/containers")), Shop.elements(pod().at("/initContainers")));
  }

  /** Returns the ports that its containers open. */
  public Stream<JsonNode> ports() {
    return containers().flatMap(container -> Shop.elements(container.at("/ports")));
  }

  /** Returns the number of a port that is given by number or name; -1 if there is none. */
  public int port(JsonNode numberOrName) {
    return numberOrName.isInt()
        ? numberOrName.asInt()
        : ports()
            .filter(port -> port.at("/name").equals(numberOrName))
            .mapToInt(port -> port.at("/containerPort").asInt())
            .findFirst()
            .orElse(-1);
  }

  /** Returns the environment variables that its containers set. */
  Stream<JsonNode> variables() {
    return containers().flatMap(container -> Shop.elements(container.at("/env")));
  }

  /** Returns the value of a variable. */
  Optional<String> variable(String name) {
    return variables()
        .filter(variable -> variable.at("/name").asText().equals(name))
        .map(variable -> variable.at("/value").asText())
        .findFirst();
  }

  /** Returns the variables of the first container with their values, including secrets. */
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

  /** Returns the memory limit of the first container, in bytes. */
  public long memoryLimit() {
    return Quantity.getAmountInBytes(
            new Quantity(container().at("/resources/limits/memory").asText()))
        .longValueExact();
  }

  /** Returns whether a label selector selects its pods. */
  boolean isSelectedBy(JsonNode selector) {
    return Shop.selects(selector, podLabels());
  }

  /** Returns the image of the first container, with its tag. */
  public String image() {
    return container().at("/image").asText();
  }
}
