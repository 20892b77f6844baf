package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.runtime.Text;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.UnsupportedMediaTypeResponse;
import java.net.URLDecoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The fields of a submitted form: at most 16 KB in UTF-8. Immutable. It has no {@code toString},
 * because the fields can contain personal data.
 */
public final class Form {
  /** The maximum length of a form in bytes, several times that of the longest one. */
  public static final int MAX_BYTES = 16 * 1024;

  private final Map<String, String> fields;

  private Form(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Returns the form in the body of a request.
   *
   * @throws LocalizedException if the body is invalid
   * @throws ContentTooLargeResponse if the body is too long
   * @throws UnsupportedMediaTypeResponse if the body is compressed or not a form
   */
  public static Form of(Context ctx) {
    if (!ctx.isFormUrlencoded() || ctx.header("Content-Encoding") != null) {
      throw new UnsupportedMediaTypeResponse();
    }
    var body = RequestBody.read(ctx, MAX_BYTES).orElseThrow(ContentTooLargeResponse::new);
    var fields = new HashMap<String, String>();
    for (var field : new String(body, StandardCharsets.ISO_8859_1).split("&")) {
      var parts = field.split("=", 2);
      // The first of several fields with one name counts, as in a query.
      fields.putIfAbsent(textOf(parts[0]), parts.length < 2 ? "" : textOf(parts[1]));
    }
    return new Form(fields);
  }

  /** Returns the value of a field, unchanged; empty if the form does not have the field. */
  public String text(String field) {
    return fields.getOrDefault(field, "");
  }

  private static String textOf(String encoded) {
    return decode(encoded, "error.invalid.form");
  }

  /**
   * Returns the text of a percent-encoded query or field.
   *
   * @param bytes the encoded text, with one character for each byte
   * @param messageKey the key of the message for an invalid text
   * @throws LocalizedException if the text is not valid UTF-8, is not percent-encoded correctly, or
   *     contains the character U+0000
   */
  public static String decode(String bytes, String messageKey) {
    try {
      var utf8 = URLDecoder.decode(bytes, StandardCharsets.ISO_8859_1);
      var text = Text.decode(utf8.getBytes(StandardCharsets.ISO_8859_1));
      if (text.indexOf('\0') < 0 && !bytes.contains("%+")) { // JDK 17 accepts %+1
        return text;
      }
    } catch (IllegalArgumentException | CharacterCodingException e) {
      // rejected below
    }
    throw LocalizedException.invalid(messageKey);
  }
}
