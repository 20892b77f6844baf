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
 *     nothing, to add an object
 * @param place where in the object, as a JSON pointer, in which {@code -} is behind the end of a
 *     list; the object itself where it is empty; or the text in the file
 * @param value what to put there, as YAML or text; empty to take away what is there
 */
record Change(String target, String place, String value) {
  /** Puts something there. */
  static Change put(String target, String place, String yaml) {
    return new Change(target, place, yaml);
  }

  /** Takes away what is there. */
  static Change drop(String target, String place) {
    return new Change(target, place, "");
  }

  /** Adds an object. */
  static Change add(String yaml) {
    return new Change("", "", yaml);
  }

  /** Replaces a text in a file. */
  static Change edit(String file, String text, String replacement) {
    return new Change(file, text, replacement);
  }

  /** The manifests with this change: as many as there are objects that it can be made to. */
  List<Manifests> madeTo(Manifests good) {
    if (target.endsWith(".yaml")) {
      var files = new TreeMap<>(good.files());
      files.computeIfPresent(target, (name, text) -> text.replace(place, value));
      return List.of(new Manifests(good.objects(), files));
    }
    if (target.isEmpty()) {
      var objects = new ArrayList<>(good.objects());
      objects.addAll(Manifests.parsed(value));
      return List.of(new Manifests(objects, good.files()));
    }
    return IntStream.range(0, good.objects().size())
        .filter(index -> fits(good.objects().get(index)))
        .mapToObj(index -> changed(good, index))
        .toList();
  }

  @Override
  public String toString() {
    return String.join(" ", target, place, value.isEmpty() ? "gone" : "= " + value).strip();
  }

  private boolean fits(JsonNode object) {
    var pointer = JsonPointer.compile(place);
    var kind = object.at("/kind").asText();
    return (kind.equals(target) || (kind + "/" + Shop.nameOf(object)).equals(target))
        && !object.at(value.isEmpty() ? pointer : parent(pointer)).isMissingNode();
  }

  private Manifests changed(Manifests good, int index) {
    var objects = new ArrayList<>(good.objects());
    if (place.isEmpty()) {
      objects.remove(index);
    } else {
      JsonNode copy = objects.get(index).deepCopy();
      change(copy);
      objects.set(index, copy);
    }
    return new Manifests(objects, good.files());
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
