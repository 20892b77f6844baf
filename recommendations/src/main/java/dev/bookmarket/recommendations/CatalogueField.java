package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A field of a catalogue file. The methods parse it and throw a {@link StartupException} that names
 * line and column if it is invalid. All books that are loaded can be displayed and ordered.
 *
 * @param line the line where the row starts, counted from 1
 * @param text without white space around it
 */
record CatalogueField(String file, long line, String column, String text) {
  /** Replaces invalid bytes. It is an unpaired surrogate, which valid UTF-8 cannot contain. */
  static final String UNDECODABLE = "\udc00";

  /** The maximum length of titles and authors. */
  private static final int MAX_NAME = 1_000;

  private static final int MAX_DESCRIPTION = 10_000;

  /** Limits the size of a page: the 100 longest books fit into a gRPC message of 4 MiB. */
  private static final int MAX_DESCRIPTION_BYTES = 30_000;

  /** The highest price that the orders service accepts. */
  private static final int MAX_CENTS = 100_000_000;

  private static final String SLUGS =
      Arrays.stream(Category.values()).map(Category::slug).collect(Collectors.joining(", "));

  /** Checks that the bytes were valid UTF-8. */
  void checkUtf8() {
    if (text.codePoints().anyMatch(character -> character == UNDECODABLE.charAt(0))) {
      throw failure("text in UTF-8", "other bytes in " + quoted(text));
    }
  }

  int id() {
    return number(1, Integer.MAX_VALUE, "a whole number from 1 to " + Integer.MAX_VALUE);
  }

  int year() {
    // Not Integer.MIN_VALUE: a page shows -year as the year BCE, which would overflow.
    return number(-Integer.MAX_VALUE, Integer.MAX_VALUE, "a year; negative ones are BCE");
  }

  int cents() {
    return number(0, MAX_CENTS, "a whole number of cents from 0 to " + MAX_CENTS);
  }

  Category category() {
    return Category.ofSlug(text).orElseThrow(() -> failure("one of " + SLUGS, quoted(text)));
  }

  String titleOrAuthor() {
    checkText(MAX_NAME);
    if (text.isEmpty()) {
      throw failure("at least one character", "an empty field");
    }
    if (!Text.isVisible(text)) {
      throw failure("at least one visible character", codePoints(text));
    }
    return text;
  }

  /** Returns the description; empty if it has no visible character. */
  String description() {
    checkText(MAX_DESCRIPTION);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_DESCRIPTION_BYTES) {
      throw failure("at most " + MAX_DESCRIPTION_BYTES + " bytes of UTF-8", String.valueOf(bytes));
    }
    return Text.isVisible(text) ? text : "";
  }

  StartupException failure(String expected, String found) {
    return new StartupException(
        "%s, line %s, column %s: expected %s, found %s"
            .formatted(file, line, column, expected, found));
  }

  /** Returns the first 80 characters on one line, quoted, for an error message. */
  static String quoted(String text) {
    var shown = Text.oneLine(text.replaceAll("\\p{Cs}", "\ufffd"));
    return '"' + shown.replaceFirst("^(.{80}).+", "$1…") + '"';
  }

  private int number(int min, int max, String expected) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max && Text.isAscii(text)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    throw failure(expected, quoted(text));
  }

  private void checkText(int maxLength) {
    var forbidden = Text.forbiddenCharacter(text);
    if (forbidden.isPresent()) {
      var found = codePoints(Character.toString(forbidden.getAsInt()));
      throw failure(
          "text without control characters and noncharacters", found + " in " + quoted(text));
    }
    int length = Text.length(text);
    if (length > maxLength) {
      throw failure("at most %s characters".formatted(maxLength), String.valueOf(length));
    }
  }

  private static String codePoints(String text) {
    return text.codePoints()
        .distinct()
        .limit(5)
        .mapToObj(character -> String.format(Locale.ROOT, "U+%04X", character))
        .collect(Collectors.joining(" "));
  }
}
