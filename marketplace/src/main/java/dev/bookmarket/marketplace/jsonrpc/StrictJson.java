package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.bookmarket.runtime.Text;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads JSON from untrusted clients as I-JSON (RFC 7493): UTF-8 without a byte order mark, without
 * unpaired surrogates and without duplicate names in an object. There may be at most 8,192 values,
 * nested at most 64 deep. Numbers keep the text that the client sent; they are not converted.
 */
final class StrictJson extends JsonReader {
  private static final int MAX_DEPTH = 64;

  /**
   * Bounds the memory of the parsed text: "{}," has 3 bytes, but needs more than 100. Every valid
   * batch has fewer values: 50 calls with 100 ids each have 5,400.
   */
  private static final int MAX_VALUES = 8_192;

  private static final TypeAdapter<JsonElement> ANY_VALUE =
      new Gson().getAdapter(JsonElement.class);

  /** The names that each open object has so far; the innermost object is first. */
  private final Deque<Set<String>> names = new ArrayDeque<>();

  private int values;

  private StrictJson(String text) {
    super(new StringReader(text));
    setStrictness(Strictness.STRICT);
    setNestingLimit(MAX_DEPTH);
  }

  /**
   * Returns the value that the text consists of.
   *
   * @throws IOException if the text is not exactly one value in I-JSON
   */
  static JsonElement read(byte[] utf8) throws IOException {
    var text = Text.decode(utf8);
    if (text.startsWith("\ufeff")) {
      throw new MalformedJsonException("byte order mark"); // Gson skips it
    }
    var json = new StrictJson(text);
    var value = ANY_VALUE.read(json);
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("more than one value");
    }
    return value;
  }

  @Override
  public void beginObject() throws IOException {
    count();
    super.beginObject();
    names.push(new HashSet<>());
  }

  @Override
  public void beginArray() throws IOException {
    count();
    super.beginArray();
  }

  @Override
  public void endObject() throws IOException {
    super.endObject();
    names.pop();
  }

  @Override
  public String nextName() throws IOException {
    var name = wellFormed(super.nextName());
    if (!names.element().add(name)) {
      throw new MalformedJsonException("duplicate name");
    }
    return name;
  }

  /** Reads a string or a number. */
  @Override
  public String nextString() throws IOException {
    count();
    return wellFormed(super.nextString());
  }

  @Override
  public boolean nextBoolean() throws IOException {
    count();
    return super.nextBoolean();
  }

  @Override
  public void nextNull() throws IOException {
    count();
    super.nextNull();
  }

  private void count() throws MalformedJsonException {
    if (++values > MAX_VALUES) {
      throw new MalformedJsonException("too many values");
    }
  }

  private static String wellFormed(String text) throws MalformedJsonException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new MalformedJsonException("unpaired surrogate");
    }
    return text;
  }
}
