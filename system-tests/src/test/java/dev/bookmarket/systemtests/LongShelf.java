package dev.bookmarket.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The built-in catalogue with more mystery books than fit on a page or two. */
final class LongShelf {
  private static final int MORE_BOOKS = 60;

  private LongShelf() {}

  /** What tells a process to load it; the file is in that folder. */
  static Map<String, String> in(Path folder) {
    try (var csv =
        Objects.requireNonNull(
            LongShelf.class.getResourceAsStream("/dev/bookmarket/recommendations/catalogue.csv"))) {
      var text = new StringBuilder(new String(csv.readAllBytes(), StandardCharsets.UTF_8));
      for (int i = 1; i <= MORE_BOOKS; i++) {
        text.append(
            String.format(
                Locale.ROOT,
                "%d,Case number %02d,A. Clerk,1999,mystery,999,Nobody knows.%n",
                10_000 + i,
                i));
      }
      return Map.of(
          "CATALOGUE_FILE", Files.writeString(folder.resolve("books.csv"), text).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
