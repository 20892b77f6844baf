package dev.bookmarket.recommendations;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.bookmarket.runtime.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;

/** Reads a catalogue from CSV. */
final class CatalogueFile {
  private CatalogueFile() {}

  /** The catalogue that comes with the service. */
  static BookCatalogue builtIn() {
    try (var csv =
        Objects.requireNonNull(CatalogueFile.class.getResourceAsStream("catalogue.csv"))) {
      return read(csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BookCatalogue read(Path file) {
    try (var csv = Files.newInputStream(file)) {
      return read(csv);
    } catch (IOException e) {
      throw new StartFailure("CATALOGUE_FILE " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static BookCatalogue read(InputStream csv) throws IOException {
    var books = new ArrayList<Book>();
    try (var rows = CsvReader.builder().ofNamedCsvRecord(csv)) {
      rows.forEach(row -> books.add(bookOf(row)));
    }
    return new BookCatalogue(books);
  }

  private static Book bookOf(NamedCsvRecord row) {
    return new Book(
        Integer.parseInt(row.getField("id")),
        row.getField("title"),
        row.getField("author"),
        Integer.parseInt(row.getField("year")),
        Category.ofSlug(row.getField("category")).orElseThrow(),
        Integer.parseInt(row.getField("price_cents")),
        row.getField("description"));
  }
}
