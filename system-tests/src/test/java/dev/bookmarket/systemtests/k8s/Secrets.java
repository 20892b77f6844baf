package dev.bookmarket.systemtests.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;

/** The Secrets of {@code k8s/}. */
public record Secrets(List<JsonNode> objects) {
  /** Returns the Secrets that kustomize generates. */
  public static Secrets all() {
    return new Secrets(
        new Shop(Manifests.rendered(), new EnvironmentVariables()).all("Secret").toList());
  }

  /** Returns the value to which a {@code secretKeyRef} refers. */
  String value(JsonNode reference) {
    return objects.stream()
        .filter(secret -> secret.at("/metadata/name").equals(reference.at("/name")))
        .map(secret -> secret.at("/data").path(reference.at("/key").asText()).asText())
        .map(value -> new String(Base64.getDecoder().decode(value), UTF_8))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no secret for " + reference));
  }
}
