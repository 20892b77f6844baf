package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.util.Optional;

/**
 * Validates objects against the API of Kubernetes 1.26, as defined by fabric8's types of that
 * release: kinds, fields, and whether a value is a string, a number or a boolean. It checks neither
 * the values of strings nor required fields. The types include beta versions that 1.26 no longer
 * serves, so all beta versions are rejected.
 */
final class KubernetesApi {
  private static final ObjectMapper STRICT = strict();

  private KubernetesApi() {}

  /** Returns the error that a strictly validating server would report; empty if there is none. */
  static Optional<String> validationError(JsonNode object) {
    if (object.path("apiVersion").asText().matches(".*(alpha|beta).*")) {
      return Optional.of("no stable version: " + object.get("apiVersion"));
    }
    try {
      var resource = STRICT.treeToValue(object, KubernetesResource.class);
      return resource instanceof GenericKubernetesResource
          ? Optional.of("no kind " + object.get("kind") + " in " + object.get("apiVersion"))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(e.getOriginalMessage());
    }
  }

  private static ObjectMapper strict() {
    var mapper =
        JsonMapper.builder()
            .annotationIntrospector(new RejectsUnknownFields())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    var text = mapper.coercionConfigFor(LogicalType.Textual);
    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
    text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
    text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  /** Removes the map in which the types store unknown fields, so that they reject them. */
  private static final class RejectsUnknownFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
