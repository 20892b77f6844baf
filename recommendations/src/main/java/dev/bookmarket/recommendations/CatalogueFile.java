package dev.bookmarket.recommendations;

import com.google.common.io.Resources;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.bookmarket.runtime.PathProblem;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a catalogue from CSV (RFC 4180) in UTF-8, with or without a byte order mark. The first line
 * names the columns, in any order: id, title, author, year, category (a slug), price_cents,
 * description. Other columns, blanks around values and empty lines are ignored.
 *
 * <p>An invalid file causes a {@link StartupException} that names the line where the row starts.
 */
final class CatalogueFile {
  private static final List<String> COLUMNS =
      List.of("id", "title", "author", "year", "category", "price_cents", "description");

  private static final String HEADER = "the header " + String.join(",", COLUMNS);
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final String file;
  private final Map<Integer, Long> linesOfIds = new HashMap<>();
  private List<String> header = List.of();

  private CatalogueFile(String file) {
    this.file = file;
  }

  /** Returns the built-in catalogue. */
  static BookCatalogue builtIn() {
    try (var csv = Resources.getResource(CatalogueFile.class, "catalogue.csv").openStream()) {
      return new CatalogueFile("the built-in catalogue").read(csv);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the built-in catalogue", e);
    }
  }

  /**
   * Returns the catalogue in that file. Needs memory for the books, not for the file.
   *
   * @throws StartupException if the file cannot be read or is invalid
   */
  static BookCatalogue read(Path path) {
    var name = "CATALOGUE_FILE " + path;
    if (Files.isDirectory(path)) {
      throw new StartupException(name + ": expected a CSV file, found a folder");
    }
    try (var csv = Files.newInputStream(path)) {
      return new CatalogueFile(name).read(csv);
    } catch (NoSuchFileException e) {
      throw new StartupException(
          name
              + ": expected a CSV file, found nothing: "
              + PathProblem.in(path).orElse("it does not exist"));
    } catch (AccessDeniedException e) {
      throw new StartupException(
          name + ": expected a readable file, found one that this user may not read");
    } catch (IOException e) {
      throw new StartupException(
          name
              + ": expected a readable file, found: "
              + Text.oneLine(PathProblem.in(path).orElse(e.toString())));
    }
  }

  private BookCatalogue read(InputStream csv) throws IOException {
    var books = new ArrayList<Book>();
    try (var rows = rowsOf(csv)) {
      var row = rows.iterator();
      if (!row.hasNext()) {
        throw failure(1, "id", HEADER, "an empty file");
      }
      readHeader(row.next());
      while (row.hasNext()) {
        books.add(bookOf(row.next()));
      }
    } catch (CsvParseException e) {
      // The message names the line.
      throw new StartupException(
          file + ": expected CSV, found: " + Text.oneLine(String.valueOf(e.getMessage())));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (books.isEmpty()) {
      throw failure(2, "id", "a book", "the end of the file");
    }
    return new BookCatalogue(books);
  }

  private static CsvReader<CsvRecord> rowsOf(InputStream csv) throws IOException {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(CatalogueField.UNDECODABLE);
    var text = new BufferedReader(new InputStreamReader(csv, decoder));
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return CsvReader.builder()
        .allowUnclosedQuote(false)
        .trimWhitespacesAroundQuotes(true)
        // Reported in bookOf, by the name of the column.
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(text);
  }

  private void readHeader(CsvRecord row) {
    checkUtf8(row);
    header = row.getFields().stream().map(String::strip).toList();
    for (var column : COLUMNS) {
      int count = Collections.frequency(header, column);
      if (count == 0) {
        var found = CatalogueField.quoted(String.join(",", row.getFields()));
        throw failure(row.getStartingLineNumber(), column, HEADER, found);
      }
      if (count > 1) {
        throw failure(row.getStartingLineNumber(), column, "one column of that name", "two");
      }
    }
  }

  private Book bookOf(CsvRecord row) {
    int fields = row.getFieldCount();
    if (fields != header.size()) {
      throw failure(
          row.getStartingLineNumber(),
          String.valueOf(Math.min(fields, header.size()) + 1),
          header.size() + " fields, as in the header",
          String.valueOf(fields));
    }
    checkUtf8(row);
    return new Book(
        id(row),
        field(row, "title").titleOrAuthor(),
        field(row, "author").titleOrAuthor(),
        field(row, "year").year(),
        field(row, "category").category(),
        field(row, "price_cents").cents(),
        field(row, "description").description());
  }

  private int id(CsvRecord row) {
    var field = field(row, "id");
    int id = field.id();
    var before = linesOfIds.put(id, row.getStartingLineNumber());
    if (before != null) {
      throw field.failure("an id of its own", id + ", which line " + before + " has too");
    }
    return id;
  }

  private CatalogueField field(CsvRecord row, String column) {
    var text = row.getField(header.indexOf(column)).strip();
    return new CatalogueField(file, row.getStartingLineNumber(), column, text);
  }

  /** Checks all fields, including those of ignored columns: the file may have another encoding. */
  private void checkUtf8(CsvRecord row) {
    for (int i = 0; i < row.getFieldCount(); i++) {
      var isKnown = !header.isEmpty() && COLUMNS.contains(header.get(i));
      var column = isKnown ? header.get(i) : String.valueOf(i + 1);
      new CatalogueField(file, row.getStartingLineNumber(), column, row.getField(i).strip())
          .checkUtf8();
    }
  }

  private StartupException failure(long line, String column, String expected, String found) {
    return new CatalogueField(file, line, column, "").failure(expected, found);
  }
}
