package dev.bookmarket.marketplace.language;

import java.util.List;

/**
 * Something to say to a visitor, before it is known in which language.
 *
 * @param key under which its words stand in every file of {@code messages/}
 * @param arguments what the words have in them: texts, numbers, or other messages
 */
public record Message(String key, List<Object> arguments) {
  /** A message with those arguments. */
  public static Message of(String key, Object... arguments) {
    return new Message(key, List.of(arguments));
  }
}
