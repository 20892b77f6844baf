package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.StartFailure;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueFileTest {
  private static final String HEADER = "id,title,author,year,category,price_cents,description\n";
  private static final String DUNE = "6,Dune,Frank Herbert,1965,science-fiction,1099,A planet.\n";

  @TempDir private Path directory;

  @Test
  void reads_every_field() throws IOException {
    assertThat(read(HEADER + DUNE).book(6))
        .isEqualTo(
            new Book(
                6, "Dune", "Frank Herbert", 1965, Category.SCIENCE_FICTION, 1099, "A planet."));
  }

  @Test
  void takes_the_columns_in_any_order_and_passes_over_others() throws IOException {
    var csv =
        "isbn,description,price_cents,category,year,author,title,id\n"
            + "x,A planet.,1099,science-fiction,1965,Frank Herbert,Dune,6\n";
    assertThat(read(csv).books()).isEqualTo(read(HEADER + DUNE).books());
  }

  @Test
  void accepts_a_byte_order_mark_crlf_and_empty_lines() throws IOException {
    var csv = "\ufeff" + HEADER + "\n" + DUNE + "\n";
    assertThat(read(csv.replace("\n", "\r\n")).books()).isEqualTo(read(HEADER + DUNE).books());
  }

  @Test
  void accepts_quoted_fields_with_commas_quotes_and_line_breaks() throws IOException {
    var csv = HEADER + "1,\"A \"\"b\"\", c\",X,-380,poetry,0,\"two\nlines\"\n";
    var book = read(csv).book(1);
    assertThat(book.title()).isEqualTo("A \"b\", c");
    assertThat(book.description()).isEqualTo("two\nlines");
    assertThat(book.year()).isEqualTo(-380);
  }

  @Test
  void accepts_an_empty_description_and_blanks_around_values() throws IOException {
    assertThat(read(HEADER + " 1 , A ,B, 1900 ,poetry , 5,\n").book(1))
        .isEqualTo(new Book(1, "A", "B", 1900, Category.POETRY, 5, ""));
  }

  @ParameterizedTest(name = "{0} is refused at {1}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "0,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"0\"`",
        "-1,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"-1\"`",
        "x,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"x\"`",
        ",A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"\"`",
        "2147483648,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"2147483648\"`",
        "6,A,B,1,poetry,1,C | id | an id of its own | 6, which line 2 has too",
        "1,,B,1,poetry,1,C | title | at least one character | an empty field",
        "1,\" \",B,1,poetry,1,C | title | at least one character | an empty field",
        "1,A,,1,poetry,1,C | author | at least one character | an empty field",
        "1,A,B,MCM,poetry,1,C | year | a year; negative ones are BCE | `\"MCM\"`",
        "1,A,B,,poetry,1,C | year | a year; negative ones are BCE | `\"\"`",
        "1,A,B,1,poetry,-1,C | price_cents | a whole number of cents from 0 to 2147483647 |"
            + " `\"-1\"`",
        "1,A,B,1,poetry,9.99,C | price_cents | a whole number of cents from 0 to 2147483647 |"
            + " `\"9.99\"`",
        "1,A,B,1,poetry,,C | price_cents | a whole number of cents from 0 to 2147483647 | `\"\"`",
        "1,A,B,1,poetry,1 | 7 | 7 fields, as in the header | 6",
        "1,A,B,1,poetry,1,C,D | 8 | 7 fields, as in the header | 8",
        "1 | 2 | 7 fields, as in the header | 1",
      })
  void names_line_and_column_of_what_is_wrong(
      String row, String column, String expected, String found) {
    assertRefused(
        HEADER + DUNE + row + "\n",
        ", line 3, column %s: expected %s, found %s".formatted(column, expected, found));
  }

  @Test
  void lists_the_categories_that_there_are() {
    assertRefused(
        HEADER + "1,A,B,1,cookery,1,C\n",
        ", line 2, column category: expected one of mystery, science-fiction, self-help, fantasy,"
            + " classics, historical-fiction, horror, romance, childrens, poetry, history,"
            + " biography, science, philosophy, found \"cookery\"");
  }

  @Test
  void names_the_line_where_the_row_begins_behind_fields_of_several_lines() {
    var longRow = "1,A,B,1,poetry,1,\"one\ntwo\r\nthree\"\n";
    assertRefused(
        HEADER + longRow + "\n2,\"A\nB\",B,x,poetry,1,C\n",
        ", line 6, column year: expected a year; negative ones are BCE, found \"x\"");
  }

  @Test
  void says_what_is_wrong_in_one_short_line() {
    assertRefused(
        HEADER + "1,A,B,\"1\n\u0007" + "9".repeat(500) + "\",poetry,1,C\n",
        ", line 2, column year: expected a year; negative ones are BCE, found \"1 "
            + "9".repeat(78)
            + "…\"");
  }

  @Test
  void names_a_missing_column() {
    assertRefused(
        "id,title,author,year,category,price,description\n" + DUNE,
        ", line 1, column price_cents: expected the header"
            + " id,title,author,year,category,price_cents,description,"
            + " found \"id,title,author,year,category,price,description\"");
  }

  @Test
  void refuses_two_columns_of_the_same_name() {
    assertRefused(
        "id,title,title,author,year,category,price_cents,description\n" + DUNE,
        ", line 1, column title: expected one column of that name, found two");
  }

  @Test
  void refuses_an_empty_file() {
    assertRefused(
        "",
        ", line 1, column id: expected the header"
            + " id,title,author,year,category,price_cents,description, found an empty file");
  }

  @Test
  void refuses_a_file_without_books() {
    assertRefused(HEADER, ", line 2, column id: expected a book, found the end of the file");
  }

  @Test
  void refuses_another_encoding_and_names_line_and_column() {
    assertRefused(
        HEADER + DUNE + "1,A,Sjöwall,1,poetry,1,C\n",
        StandardCharsets.ISO_8859_1,
        ", line 3, column author: expected text in UTF-8, found other bytes in \"Sj\ufffdwall\"");
  }

  @Test
  void refuses_a_cut_character_at_the_end_of_the_file() {
    assertRefused(
        HEADER + "1,A,B,1,poetry,1,é",
        StandardCharsets.ISO_8859_1,
        ", line 2, column description: expected text in UTF-8, found other bytes in \"\ufffd\"");
  }

  @Test
  void refuses_texts_that_would_not_fit_an_answer() {
    assertRefused(
        HEADER + "1," + "A".repeat(1001) + ",B,1,poetry,1,C\n",
        ", line 2, column title: expected at most 1000 characters, found 1001");
    assertRefused(
        HEADER + "1,A,B,1,poetry,1," + "C".repeat(10_001) + "\n",
        ", line 2, column description: expected at most 10000 characters, found 10001");
  }

  @Test
  void refuses_a_quote_that_never_ends() {
    assertRefused(
        HEADER + DUNE + "1,\"A,B,1,poetry,1,C\n",
        ": expected CSV, found: Unclosed quoted field at end of input (record starting at line 3)");
  }

  @Test
  void refuses_text_behind_a_closing_quote() {
    assertRefused(
        HEADER + DUNE + "1,\"A\"x,B,1,poetry,1,C\n",
        ": expected CSV, found: Unexpected character after closing quote: 'x' (0x78)"
            + " (record starting at line 3)");
  }

  @Test
  void refuses_a_directory() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogueFile.read(directory))
        .withMessage("CATALOGUE_FILE %s: expected a CSV file, found a directory", directory);
  }

  @Test
  void refuses_a_file_that_does_not_exist() {
    var file = directory.resolve("none.csv");
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessage(
            "CATALOGUE_FILE %s: expected a CSV file, found nothing: it does not exist", file);
  }

  @Test
  void refuses_a_path_that_cannot_be_opened() throws IOException {
    var file = Files.createFile(directory.resolve("books.csv")).resolve("inside.csv");
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessageStartingWith(
            "CATALOGUE_FILE %s: expected a readable file, found: ".formatted(file));
  }

  private BookCatalogue read(String csv) throws IOException {
    return CatalogueFile.read(Files.writeString(directory.resolve("books.csv"), csv));
  }

  private void assertRefused(String csv, String message) {
    assertRefused(csv, StandardCharsets.UTF_8, message);
  }

  private void assertRefused(String csv, Charset charset, String message) {
    var file = directory.resolve("books.csv");
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> CatalogueFile.read(Files.writeString(file, csv, charset)))
        .withMessage("CATALOGUE_FILE " + file + message);
  }
}
