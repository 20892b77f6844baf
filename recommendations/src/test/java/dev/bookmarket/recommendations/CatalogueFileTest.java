package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.OtherLocale;
import dev.bookmarket.runtime.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void accepts_columns_in_any_order_and_ignores_others() throws IOException {
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

  @Test
  void accepts_blanks_around_quotes() throws IOException {
    var header = HEADER.replace(",", "\" , \"").replaceFirst("(.*)\n", " \"$1\" \n");
    var row = "1, \"A, \"\"B\"\"\" ,\t\"C\",1930, \"mystery\",1299 , \" D\n E. \" \r\n";

    assertThat(read(header + row + DUNE).book(1))
        .isEqualTo(new Book(1, "A, \"B\"", "C", 1930, Category.MYSTERY, 1299, "D\n E."));
  }

  @ParameterizedTest(name = "{0} is rejected at {1}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "0,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"0\"`",
        "-1,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"-1\"`",
        "x,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"x\"`",
        ",A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"\"`",
        "１,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"１\"`",
        "2147483648,A,B,1,poetry,1,C | id | a whole number from 1 to 2147483647 | `\"2147483648\"`",
        "6,A,B,1,poetry,1,C | id | an id of its own | 6, which line 2 has too",
        "1,,B,1,poetry,1,C | title | at least one character | an empty field",
        "1,\" \",B,1,poetry,1,C | title | at least one character | an empty field",
        "1,A,,1,poetry,1,C | author | at least one character | an empty field",
        "1,A,B,MCM,poetry,1,C | year | a year; negative ones are BCE | `\"MCM\"`",
        "1,A,B,,poetry,1,C | year | a year; negative ones are BCE | `\"\"`",
        "1,A,B,1,poetry,-1,C | price_cents | a whole number of cents from 0 to 100000000 |"
            + " `\"-1\"`",
        "1,A,B,1,poetry,9.99,C | price_cents | a whole number of cents from 0 to 100000000 |"
            + " `\"9.99\"`",
        "1,A,B,1,poetry,,C | price_cents | a whole number of cents from 0 to 100000000 | `\"\"`",
        "1,A,B,1,poetry,1 | 7 | 7 fields, as in the header | 6",
        "1,A,B,1,poetry,1,C,D | 8 | 7 fields, as in the header | 8",
        "1 | 2 | 7 fields, as in the header | 1",
      })
  void names_line_and_column_of_an_invalid_value(
      String row, String column, String expected, String found) {
    assertRejected(
        HEADER + DUNE + row + "\n",
        ", line 3, column %s: expected %s, found %s".formatted(column, expected, found));
  }

  @Test
  void lists_the_valid_categories() {
    assertRejected(
        HEADER + "1,A,B,1,cookery,1,C\n",
        ", line 2, column category: expected one of mystery, science-fiction, self-help, fantasy,"
            + " classics, historical-fiction, horror, romance, childrens, poetry, history,"
            + " biography, science, philosophy, found \"cookery\"");
  }

  @Test
  void names_the_line_where_the_row_starts_after_fields_of_several_lines() {
    var longRow = "1,A,B,1,poetry,1,\"one\ntwo\r\nthree\"\n";
    assertRejected(
        HEADER + longRow + "\n2,\"A\nB\",B,x,poetry,1,C\n",
        ", line 6, column year: expected a year; negative ones are BCE, found \"x\"");
  }

  @Test
  void shortens_invalid_values_in_messages() {
    assertRejected(
        HEADER + "1,A,B,\"1\n\u0007" + "9".repeat(500) + "\",poetry,1,C\n",
        ", line 2, column year: expected a year; negative ones are BCE, found \"1 "
            + "9".repeat(78)
            + "…\"");
  }

  @Test
  void names_a_missing_column() {
    assertRejected(
        "id,title,author,year,category,price,description\n" + DUNE,
        ", line 1, column price_cents: expected the header"
            + " id,title,author,year,category,price_cents,description,"
            + " found \"id,title,author,year,category,price,description\"");
  }

  @Test
  void rejects_two_columns_with_the_same_name() {
    assertRejected(
        "id,title,title,author,year,category,price_cents,description\n" + DUNE,
        ", line 1, column title: expected one column of that name, found two");
  }

  @Test
  void rejects_an_empty_file() {
    assertRejected(
        "",
        ", line 1, column id: expected the header"
            + " id,title,author,year,category,price_cents,description, found an empty file");
  }

  @Test
  void rejects_a_file_without_books() {
    assertRejected(HEADER, ", line 2, column id: expected a book, found the end of the file");
  }

  @Test
  void rejects_another_encoding_and_names_line_and_column() {
    assertRejected(
        HEADER + DUNE + "1,A,Sjöwall,1,poetry,1,C\n",
        StandardCharsets.ISO_8859_1,
        ", line 3, column author: expected text in UTF-8, found other bytes in \"Sj\ufffdwall\"");
  }

  @Test
  void rejects_another_encoding_in_columns_that_are_ignored() {
    assertRejected(
        HEADER.strip() + ",note\n" + DUNE.strip() + ",Sjöwall\n",
        StandardCharsets.ISO_8859_1,
        ", line 2, column 8: expected text in UTF-8, found other bytes in \"Sj\ufffdwall\"");
    assertRejected(
        HEADER.strip() + ",année\n",
        StandardCharsets.ISO_8859_1,
        ", line 1, column 8: expected text in UTF-8, found other bytes in \"ann\ufffde\"");
  }

  @Test
  void rejects_a_truncated_character_at_the_end_of_the_file() {
    assertRejected(
        HEADER + "1,A,B,1,poetry,1,é",
        StandardCharsets.ISO_8859_1,
        ", line 2, column description: expected text in UTF-8, found other bytes in \"\ufffd\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00a0", "\u00ad", "\u034f", "\u115f", "\u1160", "\u180e", "\u200b", "\u202e",
        "\u2060", "\u2065", "\u206f", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0",
        "\udb40\udc41", "\u200b\u3164\u2800 \u00a0"
      })
  void rejects_invisible_titles_and_authors(String invisible) {
    var first = String.format(Locale.ROOT, "U+%04X", invisible.codePointAt(0));
    assertRejectedAtTextColumns(invisible, "at least one visible character, found " + first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\0", "\u0007", "\u001b", "\u007f", "\u0085", "\u009f", "\ufdd0", "\uffff"})
  void rejects_texts_with_control_characters_and_noncharacters(String forbidden) {
    var found = String.format(Locale.ROOT, "U+%04X in \"a b\"", forbidden.codePointAt(0));
    var expected = "text without control characters and noncharacters, found " + found;

    assertRejectedAtTextColumns("a" + forbidden + "b", expected);
    assertRejected(
        HEADER + "1,A,B,1,poetry,1,a" + forbidden + "b\n",
        ", line 2, column description: expected " + expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ufffd",
        "a\ufffdb",
        "\u0301",
        "\ue000",
        "👩‍👩‍👧‍👦",
        "\ud83d\udc00",
        "\ud800\udc00",
        "\u202etxt",
        "a\u200bb",
        "two\nlines",
        "a\tb",
        "مرحبا",
        "\ufffc",
        "<b>&\""
      })
  void accepts_every_other_text(String text) throws IOException {
    var field = '"' + text.replace("\"", "\"\"") + '"';
    var book = read(HEADER + "1,%s,%s,1,poetry,1,%s\n".formatted(field, field, field)).book(1);

    assertThat(book.title()).isEqualTo(text);
    assertThat(book.author()).isEqualTo(text);
    assertThat(book.description()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00a0", "\u200b\ufeff", "\u2800"})
  void reads_an_invisible_description_as_empty(String invisible) throws IOException {
    assertThat(read(HEADER + "1,A,B,1,poetry,1," + invisible + "\n").book(1).description())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483647,A,B,-2147483647,poetry,0,",
        "1,A,B,2147483647,poetry,100000000,",
        "1,A,B,-2147483647,poetry,99999999,C"
      })
  void accepts_the_limits_of_numbers(String row) throws IOException {
    assertThat(read(HEADER + row + "\n").books()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "1,A,B,1,poetry,100000001,C | price_cents | a whole number of cents from 0 to 100000000 |"
            + " `\"100000001\"`",
        "1,A,B,1,poetry,2147483648,C | price_cents | a whole number of cents from 0 to 100000000 |"
            + " `\"2147483648\"`",
        "1,A,B,-2147483648,poetry,1,C | year | a year; negative ones are BCE | `\"-2147483648\"`",
        "1,A,B,2147483648,poetry,1,C | year | a year; negative ones are BCE | `\"2147483648\"`"
      })
  void rejects_numbers_out_of_range(String row, String column, String expected, String found) {
    assertRejected(
        HEADER + row + "\n",
        ", line 2, column %s: expected %s, found %s".formatted(column, expected, found));
  }

  @Test
  void counts_lengths_in_code_points() throws IOException {
    var longest = "😀".repeat(1_000);

    assertThat(read(HEADER + "1,%s,%s,1,poetry,1,C\n".formatted(longest, longest)).books())
        .hasSize(1);
    assertRejectedAtTextColumns(longest + "x", "at most 1000 characters, found 1001");
  }

  @Test
  void rejects_texts_that_do_not_fit_a_response() {
    assertRejected(
        HEADER + "1,A,B,1,poetry,1," + "😀".repeat(7_501) + "\n",
        ", line 2, column description: expected at most 30000 bytes of UTF-8, found 30004");
    assertRejected(
        HEADER + "1," + "A".repeat(1001) + ",B,1,poetry,1,C\n",
        ", line 2, column title: expected at most 1000 characters, found 1001");
    assertRejected(
        HEADER + "1,A,B,1,poetry,1," + "C".repeat(10_001) + "\n",
        ", line 2, column description: expected at most 10000 characters, found 10001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c3", "ff", "eda080", "c0af", "f4908080", "e282"})
  void rejects_invalid_utf_8_next_to_a_valid_replacement_character(String hex) throws IOException {
    var file = directory.resolve("books.csv");
    var bytes = new ByteArrayOutputStream();
    bytes.write((HEADER + DUNE + "1,\ufffd😀").getBytes(StandardCharsets.UTF_8));
    bytes.write(HexFormat.of().parseHex(hex));
    bytes.write(",B,1,poetry,1,C\n".getBytes(StandardCharsets.UTF_8));
    Files.write(file, bytes.toByteArray());

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessageStartingWith(
            "CATALOGUE_FILE %s, line 3, column title: expected text in UTF-8, found other bytes in"
                + " \"\ufffd😀\ufffd",
            file);
  }

  @Test
  void rejects_an_unclosed_quote() {
    assertRejected(
        HEADER + DUNE + "1,\"A,B,1,poetry,1,C\n",
        ": expected CSV, found: Unclosed quoted field at end of input (record starting at line 3)");
  }

  @Test
  void rejects_text_after_a_closing_quote() {
    assertRejected(
        HEADER + DUNE + "1,\"A\"x,B,1,poetry,1,C\n",
        ": expected CSV, found: Unexpected character after closing quote: 'x' (0x78)"
            + " (record starting at line 3)");
  }

  @Test
  void rejects_a_directory() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CatalogueFile.read(directory))
        .withMessage("CATALOGUE_FILE %s: expected a CSV file, found a folder", directory);
  }

  @Test
  void rejects_a_file_that_does_not_exist() {
    var file = directory.resolve("none.csv");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessage(
            "CATALOGUE_FILE %s: expected a CSV file, found nothing: it does not exist", file);
  }

  @Test
  void rejects_a_link_whose_target_does_not_exist() throws IOException {
    var link = Files.createSymbolicLink(directory.resolve("link"), Path.of("absent"));

    for (var file : List.of(link, link.resolve("books.csv"))) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> CatalogueFile.read(file))
          .withMessage(
              "CATALOGUE_FILE %s: expected a CSV file, found nothing: %s is a link whose target"
                  + " does not exist",
              file, link);
    }
  }

  @Test
  void rejects_a_path_that_cannot_be_opened() throws IOException {
    var file = Files.createFile(directory.resolve("books.csv")).resolve("inside.csv");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CatalogueFile.read(file))
        .withMessageStartingWith(
            "CATALOGUE_FILE %s: expected a readable file, found: %s is not a folder"
                .formatted(file, file.getParent()));
  }

  private BookCatalogue read(String csv) throws IOException {
    return CatalogueFile.read(Files.writeString(directory.resolve("books.csv"), csv));
  }

  private void assertRejectedAtTextColumns(String text, String expected) {
    assertRejected(
        HEADER + "1,\"" + text + "\",B,1,poetry,1,C\n",
        expected,
        ", line 2, column title: expected ");
    assertRejected(
        HEADER + "1,A,\"" + text + "\",1,poetry,1,C\n",
        expected,
        ", line 2, column author: expected ");
  }

  private void assertRejected(String csv, String expected, String place) {
    var file = directory.resolve("books.csv");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CatalogueFile.read(Files.writeString(file, csv)))
        .withMessageStartingWith("CATALOGUE_FILE " + file + place + expected);
  }

  private void assertRejected(String csv, String message) {
    assertRejected(csv, StandardCharsets.UTF_8, message);
  }

  private void assertRejected(String csv, Charset charset, String message) {
    var file = directory.resolve("books.csv");
    // As in a process of the shop: the CSV library formats line numbers with the default locale.
    try (var root = OtherLocale.of("und")) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> CatalogueFile.read(Files.writeString(file, csv, charset)))
          .withMessage("CATALOGUE_FILE " + file + message);
    }
  }
}
