package dev.bookmarket.greeter;

import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import java.util.Map;

/** Creates greetings. It has no state, so it is safe for concurrent use. */
final class Greeter {
  /** The maximum length of a text: longer than any name, but short enough for many callers. */
  static final int MAX_CHARACTERS = 10_000;

  /**
   * Returns the first greeting.
   *
   * @throws RejectedRequestException INVALID if the name has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  String hello(String name) {
    return "Hello, " + checkLength("name", name) + "!";
  }

  /**
   * Returns the greeting for a person who was greeted before.
   *
   * @throws RejectedRequestException INVALID if the name has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  String helloAgain(String name) {
    return "Hello again, " + checkLength("name", name) + "!";
  }

  /**
   * Returns the texts of the request, and the text and the numbers that the tutorials add.
   *
   * @throws RejectedRequestException INVALID if either has more than {@value #MAX_CHARACTERS}
   *     characters
   */
  Echo echo(String data, String skill) {
    return new Echo(
        checkLength("data", data) + checkLength("skill.name", skill) + " this is gprc test service",
        Map.of("12", 1232));
  }

  private static String checkLength(String field, String text) {
    if (Text.length(text) > MAX_CHARACTERS) {
      // Do not include the text: it is long and can contain personal data.
      throw RejectedRequestException.invalid(
          field + " must have at most " + MAX_CHARACTERS + " characters");
    }
    return text;
  }
}
