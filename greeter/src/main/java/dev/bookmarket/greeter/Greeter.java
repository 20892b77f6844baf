package dev.bookmarket.greeter;

import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import java.util.Map;

/** Finds the words for a greeting. It keeps nothing, so it is safe for concurrent use. */
final class Greeter {
  /** Far more than any name has, and little enough for many callers at once. */
  static final int MAX_CHARACTERS = 10_000;

  /**
   * The first greeting.
   *
   * @throws RejectedRequestException INVALID if the name has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  String hello(String name) {
    return "Hello, " + bounded("name", name) + "!";
  }

  /**
   * The greeting for somebody who has been greeted before.
   *
   * @throws RejectedRequestException INVALID if the name has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  String helloAgain(String name) {
    return "Hello again, " + bounded("name", name) + "!";
  }

  /**
   * The caller's own words, and what the tutorials add to them.
   *
   * @throws RejectedRequestException INVALID if either has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  Echo echo(String data, String skill) {
    return new Echo(
        bounded("data", data) + bounded("skill.name", skill) + " this is gprc test service",
        Map.of("12", 1232));
  }

  private static String bounded(String field, String text) {
    if (Text.length(text) > MAX_CHARACTERS) {
      // The text itself may be personal, and is long.
      throw RejectedRequestException.invalid(
          field + " must have at most " + MAX_CHARACTERS + " characters");
    }
    return text;
  }
}
