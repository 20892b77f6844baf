package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.bookmarket.runtime.Text;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON from strangers: I-JSON (RFC 7493), which is UTF-8 without a byte order mark, without
 * lone surrogates and without a name twice in an object, nested at most 64 deep. Numbers stay as
 * they were written: nothing is computed.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 64;

  private StrictJson() {}

  /**
   * The one value in the text.
   *
   * @throws IOException if it is anything else
   */
  static JsonElement read(byte[] utf8) throws IOException {
    var text = Text.decode(utf8);
    if (text.startsWith("\ufeff")) {
      throw new MalformedJsonException("a byte order mark"); // gson would take it
    }
    var json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(MAX_DEPTH);
    var value = value(json);
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("more than one value");
    }
    return value;
  }

  private static JsonElement value(JsonReader json) throws IOException {
    return switch (json.peek()) {
      case BEGIN_OBJECT -> object(json);
      case BEGIN_ARRAY -> array(json);
      case STRING -> new JsonPrimitive(wellFormed(json.nextString()));
      case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(json));
      case BOOLEAN -> new JsonPrimitive(json.nextBoolean());
      case NULL -> {
        json.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> throw new MalformedJsonException("no value");
    };
  }

  private static JsonObject object(JsonReader json) throws IOException {
    var object = new JsonObject();
    json.beginObject();
    while (json.hasNext()) {
      var name = wellFormed(json.nextName());
      if (object.has(name)) {
        throw new MalformedJsonException("a name twice");
      }
      object.add(name, value(json));
    }
    json.endObject();
    return object;
  }

  private static JsonArray array(JsonReader json) throws IOException {
    var array = new JsonArray();
    json.beginArray();
    while (json.hasNext()) {
      array.add(value(json));
    }
    json.endArray();
    return array;
  }

  private static String wellFormed(String text) throws MalformedJsonException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new MalformedJsonException("half of a surrogate pair");
    }
    return text;
  }
}
