package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A change to manifests.
 *
 * @param target the objects to change, one at a time: a kind, or {@code kind/name}; or a file; or
 *     empty, to add an object
 * @param place the JSON pointer in the object, in which {@code -} means after the end of a list;
 *     empty for the object itself; or the text in the file
 * @param value the new value, as YAML or text; empty to remove the old value
 */
record Change(String target, String place, String value) {
  /** Returns a change that sets a value. */
  static Change put(String target, String place, String yaml) {
    return new Change(target, place, yaml);
  }

  /** Returns a change that removes a value or an object. */
  static Change drop(String target, String place) {
    return new Change(target, place, "");
  }

  /** Returns a change that adds an object. */
  static Change add(String yaml) {
    return new Change("", "", yaml);
  }

  /** Returns a change that replaces a text in a file. */
  static Change edit(String file, String text, String replacement) {
    return new Change(file, text, replacement);
  }

  /** Returns the changed manifests, one for each object to which the change applies. */
  List<Manifests> appliedTo(Manifests original) {
    if (target.endsWith(".yaml")) {
      var files = new TreeMap<>(original.files());
      files.computeIfPresent(target, (name, text) -> text.replace(place, value));
      return List.of(new Manifests(original.objects(), files));
    }
    if (target.isEmpty()) {
      var objects = new ArrayList<>(original.objects());
      objects.addAll(Manifests.parsed(value));
      return List.of(new Manifests(objects, original.files()));
    }
    return IntStream.range(0, original.objects().size())
        .filter(index -> appliesTo(original.objects().get(index)))
        .mapToObj(index -> changed(original, index))
        .toList();
  }

  @Override
  public String toString() {
    return String.join(" ", target, place, value.isEmpty() ? "removed" : "= " + value).strip();
  }

  private boolean appliesTo(JsonNode object) {
    var pointer = JsonPointer.compile(place);
    var kind = object.at("/kind").asText();
    return (kind.equals(target) || (kind + "/" + Shop.nameOf(object)).equals(target))
        && !object.at(value.isEmpty() ? pointer : parent(pointer)).isMissingNode();
  }

  private Manifests changed(Manifests original, int index) {
    var objects = new ArrayList<>(original.objects());
    if (place.isEmpty()) {
      objects.remove(index);
    } else {
      JsonNode copy = objects.get(index).deepCopy();
      change(copy);
      objects.set(index, copy);
    }
    return new Manifests(objects, original.files());
  }

  private void change(JsonNode object) {
    var pointer = JsonPointer.compile(place);
    var name = pointer.last().getMatchingProperty();
    var parent = object.at(parent(pointer));
    if (value.isEmpty()) {
      if (parent instanceof ObjectNode fields) {
        fields.remove(name);
      } else {
        ((ArrayNode) parent).remove(Integer.parseInt(name));
      }
      return;
    }
    var node = Manifests.parsed(value).get(0);
    if (parent instanceof ObjectNode fields) {
      fields.set(name, node);
    } else if (name.equals("-")) {
      ((ArrayNode) parent).add(node);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(name), node);
    }
  }

  private static JsonPointer parent(JsonPointer pointer) {
    return pointer.matches() ? pointer : pointer.head();
  }
}
