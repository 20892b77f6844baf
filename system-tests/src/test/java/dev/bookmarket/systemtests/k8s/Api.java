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
 * The API of Kubernetes 1.26, as fabric8's types of that release define it: which kinds there are,
 * which fields they have, and whether a value is a text, a number or a boolean. Which texts are
 * allowed, and which fields must be there, those types do not say. They keep beta versions that
 * 1.26 does not serve any more, so every beta is refused.
 */
final class Api {
  private static final ObjectMapper STRICT = strict();

  private Api() {}

  /** What a server that validates strictly would say against an object; empty if nothing. */
  static Optional<String> complaint(JsonNode object) {
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
            .annotationIntrospector(new NoPlaceForUnknownFields())
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

  /** The types keep fields that they do not know in a map of their own; without it they refuse. */
  private static final class NoPlaceForUnknownFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
