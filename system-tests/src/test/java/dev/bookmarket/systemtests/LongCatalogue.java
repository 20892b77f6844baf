package dev.bookmarket.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The built-in catalogue with additional mystery books, which need several pages. */
final class LongCatalogue {
  private static final int ADDITIONAL_BOOKS = 60;

  private LongCatalogue() {}

  /** Creates the file in the folder and returns the variable that loads it. */
  static Map<String, String> in(Path folder) {
    try (var csv =
        Objects.requireNonNull(
            LongCatalogue.class.getResourceAsStream(
                "/dev/bookmarket/recommendations/catalogue.csv"))) {
      var text = new StringBuilder(new String(csv.readAllBytes(), StandardCharsets.UTF_8));
      for (int i = 1; i <= ADDITIONAL_BOOKS; i++) {
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
