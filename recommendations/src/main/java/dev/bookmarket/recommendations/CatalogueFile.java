package dev.bookmarket.recommendations;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.bookmarket.runtime.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Reads a catalogue from CSV (RFC 4180) in UTF-8, with or without a byte order mark. The first line
 * names the columns, in any order: id, title, author, year, category (a slug), price_cents,
 * description. Other columns are passed over. Blanks around a value do not count, and empty lines
 * neither.
 *
 * <p>A file that is not like that is a {@link StartFailure}, which names the line where the row
 * begins.
 */
final class CatalogueFile {
  private enum Column {
    ID,
    TITLE,
    AUTHOR,
    YEAR,
    CATEGORY,
    PRICE_CENTS,
    DESCRIPTION;

    /** The name in the file. */
    private final String header = name().toLowerCase(Locale.ROOT);

    static final String HEADERS =
        Arrays.stream(values()).map(column -> column.header).collect(Collectors.joining(","));
  }

  private static final String SLUGS =
      Arrays.stream(Category.values()).map(Category::slug).collect(Collectors.joining(", "));

  /**
   * The longest title and author: a page of the longest books still fits a gRPC message of 4 MB.
   */
  private static final int MAX_NAME = 1_000;

  /** The longest description, for the same reason. */
  private static final int MAX_DESCRIPTION = 10_000;

  /** What a decoder puts where the bytes make no sense. */
  private static final char UNDECODABLE = '\uFFFD';

  private final String file;
  private final Map<Column, Integer> positions = new EnumMap<>(Column.class);
  private final Map<Integer, Long> linesOfIds = new HashMap<>();
  private int width;

  private CatalogueFile(String file) {
    this.file = file;
  }

  /** The catalogue that comes with the service. */
  static BookCatalogue builtIn() {
    try (var csv =
        Objects.requireNonNull(CatalogueFile.class.getResourceAsStream("catalogue.csv"))) {
      return new CatalogueFile("the built-in catalogue").read(csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The catalogue in that file. Needs memory for the books, not for the file.
   *
   * @throws StartFailure if it cannot be read, or is not a catalogue
   */
  static BookCatalogue read(Path path) {
    var name = "CATALOGUE_FILE " + path;
    if (Files.isDirectory(path)) {
      throw new StartFailure(name + ": expected a CSV file, found a directory");
    }
    try (var csv = Files.newInputStream(path)) {
      return new CatalogueFile(name).read(csv);
    } catch (NoSuchFileException e) {
      throw new StartFailure(name + ": expected a CSV file, found nothing: it does not exist");
    } catch (AccessDeniedException e) {
      throw new StartFailure(name + ": expected a readable file, found one that we may not read");
    } catch (IOException e) {
      throw new StartFailure(name + ": expected a readable file, found: " + oneLine(e.toString()));
    }
  }

  private BookCatalogue read(InputStream csv) throws IOException {
    var books = new ArrayList<Book>();
    try (var rows = rowsOf(csv)) {
      var row = rows.iterator();
      if (!row.hasNext()) {
        throw failure(1, Column.ID.header, "the header " + Column.HEADERS, "an empty file");
      }
      readHeader(row.next());
      while (row.hasNext()) {
        books.add(bookOf(row.next()));
      }
    } catch (CsvParseException e) {
      // Its message names the line.
      throw new StartFailure(
          file + ": expected CSV, found: " + oneLine(String.valueOf(e.getMessage())));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (books.isEmpty()) {
      throw failure(2, Column.ID.header, "a book", "the end of the file");
    }
    return new BookCatalogue(books);
  }

  private static CsvReader<CsvRecord> rowsOf(InputStream csv) {
    return CsvReader.builder()
        .detectBomHeader(true)
        .allowUnclosedQuote(false)
        // Told in bookOf, by the name of the column.
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(csv);
  }

  private void readHeader(CsvRecord header) {
    width = header.getFieldCount();
    for (var column : Column.values()) {
      for (int i = 0; i < width; i++) {
        if (header.getField(i).strip().equals(column.header) && positions.put(column, i) != null) {
          throw failure(header, column, "one column of that name", "two");
        }
      }
      if (!positions.containsKey(column)) {
        var found = quoted(String.join(",", header.getFields()));
        throw failure(header, column, "the header " + Column.HEADERS, found);
      }
    }
  }

  private Book bookOf(CsvRecord row) {
    int fields = row.getFieldCount();
    if (fields != width) {
      throw failure(
          row.getStartingLineNumber(),
          String.valueOf(Math.min(fields, width) + 1),
          width + " fields, as in the header",
          String.valueOf(fields));
    }
    return new Book(
        id(row),
        name(row, Column.TITLE),
        name(row, Column.AUTHOR),
        number(row, Column.YEAR, Integer.MIN_VALUE, "a year; negative ones are BCE"),
        category(row),
        number(row, Column.PRICE_CENTS, 0, "a whole number of cents from 0 to 2147483647"),
        text(row, Column.DESCRIPTION, MAX_DESCRIPTION));
  }

  private int id(CsvRecord row) {
    int id = number(row, Column.ID, 1, "a whole number from 1 to 2147483647");
    var before = linesOfIds.put(id, row.getStartingLineNumber());
    if (before != null) {
      throw failure(row, Column.ID, "an id of its own", id + ", which line " + before + " has too");
    }
    return id;
  }

  private Category category(CsvRecord row) {
    var slug = text(row, Column.CATEGORY, MAX_NAME);
    return Category.ofSlug(slug)
        .orElseThrow(() -> failure(row, Column.CATEGORY, "one of " + SLUGS, quoted(slug)));
  }

  private int number(CsvRecord row, Column column, int min, String expected) {
    var text = text(row, column, MAX_NAME);
    try {
      int number = Integer.parseInt(text);
      if (number >= min) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw failure(row, column, expected, quoted(text));
  }

  private String name(CsvRecord row, Column column) {
    var name = text(row, column, MAX_NAME);
    if (name.isEmpty()) {
      throw failure(row, column, "at least one character", "an empty field");
    }
    return name;
  }

  private String text(CsvRecord row, Column column, int maxLength) {
    var text = row.getField(Objects.requireNonNull(positions.get(column))).strip();
    if (text.indexOf(UNDECODABLE) >= 0) {
      throw failure(row, column, "text in UTF-8", "other bytes in " + quoted(text));
    }
    if (text.length() > maxLength) {
      throw failure(
          row, column, "at most %d characters".formatted(maxLength), String.valueOf(text.length()));
    }
    return text;
  }

  private StartFailure failure(CsvRecord row, Column column, String expected, String found) {
    return failure(row.getStartingLineNumber(), column.header, expected, found);
  }

  private StartFailure failure(long line, String column, String expected, String found) {
    return new StartFailure(
        "%s, line %d, column %s: expected %s, found %s"
            .formatted(file, line, column, expected, found));
  }

  private static String quoted(String text) {
    var shown = oneLine(text);
    return '"' + (shown.length() > 80 ? shown.substring(0, 80) + '…' : shown) + '"';
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}\\u2028\\u2029]+", " ");
  }
}
