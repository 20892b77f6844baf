package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The shop as described by its manifests.
 *
 * @param variables the environment variables of each module
 */
record Shop(Manifests manifests, EnvironmentVariables variables) {
  /** Returns all objects of a kind. */
  Stream<JsonNode> all(String kind) {
    return manifests.objects().stream().filter(each -> each.at("/kind").asText().equals(kind));
  }

  /** Returns all objects that create pods. */
  Stream<Workload> workloads() {
    return manifests.objects().stream()
        .filter(each -> each.at("/spec/template/spec/containers").isArray())
        .map(Workload::new);
  }

  /** Returns the objects of a kind whose selector, at that pointer, selects a workload's pods. */
  List<JsonNode> selecting(Workload workload, String kind, String selector) {
    return all(kind).filter(each -> workload.isSelectedBy(each.at(selector))).toList();
  }

  /** Returns the Services that select a workload's pods. */
  List<JsonNode> services(Workload workload) {
    return all("Service")
        .filter(service -> service.at("/spec/selector").size() > 0)
        .filter(service -> hasAll(workload.podLabels(), service.at("/spec/selector")))
        .toList();
  }

  /** Returns the autoscalers of a workload. */
  List<JsonNode> autoscalers(Workload workload) {
    return all("HorizontalPodAutoscaler")
        .filter(scaler -> scaler.at("/spec/scaleTargetRef/name").asText().equals(workload.name()))
        .filter(
            scaler -> scaler.at("/spec/scaleTargetRef/kind").equals(workload.object().at("/kind")))
        .toList();
  }

  /** Returns the number of pods of a workload without load. */
  int replicas(Workload workload) {
    return autoscalers(workload).stream()
        .map(scaler -> scaler.at("/spec/minReplicas").asInt(1))
        .findFirst()
        .orElse(workload.object().at("/spec/replicas").asInt(1));
  }

  /** Returns the value of a variable in a workload's pods: the value set there, or the default. */
  Optional<String> variable(Workload workload, String name) {
    return workload
        .variable(name)
        .or(() -> Optional.ofNullable(variables.of(workload.module()).get(name)));
  }

  /** Returns the value of a numeric variable; -1 if it is neither set nor has a default. */
  int number(Workload workload, String name) {
    return variable(workload, name).map(Integer::parseInt).orElse(-1);
  }

  static String nameOf(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  /** Returns whether a label selector selects these labels; an empty selector selects all. */
  static boolean selects(JsonNode selector, Map<String, String> labels) {
    if (selector.has("matchExpressions")) {
      throw new AssertionError("this test does not support matchExpressions: " + selector);
    }
    return !selector.isMissingNode() && hasAll(labels, selector.at("/matchLabels"));
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Map<String, String> texts(JsonNode object) {
    var texts = new HashMap<String, String>();
    object.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  private static boolean hasAll(Map<String, String> labels, JsonNode wanted) {
    return labels.entrySet().containsAll(texts(wanted).entrySet());
  }
}
