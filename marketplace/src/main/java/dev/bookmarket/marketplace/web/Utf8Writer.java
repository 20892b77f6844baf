package dev.bookmarket.marketplace.web;

import java.io.ByteArrayOutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Collects text as bytes in UTF-8. It encodes each part for itself, so that one character outside
 * ISO 8859-1 does not make the encoding of the whole page slow. Not thread-safe.
 */
final class Utf8Writer extends Writer {
  private final ByteArrayOutputStream bytes;
  private final Placeholders placeholders;

  /** The first half of a surrogate pair, whose second half is written next; usually empty. */
  private String pending = "";

  /** Creates a writer that replaces the placeholders in each text by their values. */
  Utf8Writer(int initialBytes, Placeholders placeholders) {
    this.placeholders = placeholders;
    bytes = new ByteArrayOutputStream(initialBytes);
  }

  @Override
  public void write(String text) {
    var complete = placeholders.fill(pending.isEmpty() ? text : pending + text);
    int end = complete.length();
    if (end > 0 && Character.isHighSurrogate(complete.charAt(end - 1))) {
      end--;
    }
    pending = complete.substring(end);
    bytes.writeBytes(complete.substring(0, end).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void write(String text, int start, int length) {
    write(text.substring(start, start + length));
  }

  @Override
  public void write(char[] text, int start, int length) {
    write(new String(text, start, length));
  }

  @Override
  public void write(int character) {
    write(String.valueOf((char) character));
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
