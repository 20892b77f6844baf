package dev.bookmarket.marketplace.language;

import java.util.List;

/**
 * A message for a visitor, independent of the language.
 *
 * @param key the key of the text in the files of {@code messages/}
 * @param arguments the arguments of the text: texts, numbers or other messages
 */
public record Message(String key, List<Object> arguments) {
  /** Returns a message. */
  public static Message of(String key, Object... arguments) {
    return new Message(key, List.of(arguments));
  }
}
