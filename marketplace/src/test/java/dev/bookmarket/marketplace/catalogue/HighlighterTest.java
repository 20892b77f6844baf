package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Growth;
import dev.bookmarket.runtime.SmallStack;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is marked in the books that a search found. */
class HighlighterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          dune            | The Dune Chronicles       | The [Dune] Chronicles
          DUNE the        | The Dune Chronicles       | [The] [Dune] Chronicles
          dun             | The Dune Chronicles       | The Dune Chronicles
          bronte          | Charlotte Brontë          | Charlotte [Brontë]
          Brontë          | Charlotte Bronte          | Charlotte [Bronte]
          stanislaw       | Stanisław Lem             | [Stanisław] Lem
          soren           | Søren Kierkegaard         | [Søren] Kierkegaard
          enders          | Ender's Game              | [Ender's] Game
          ender           | Ender's Game              | [Ender's] Game
          "ender's"       | Ender’s Game              | [Ender’s] Game
          jrr             | J.R.R. Tolkien            | [J.R.R]. Tolkien
          7               | The 7 Habits              | The [7] Habits
          三体            | 三体：地球往事            | [三][体]：地球往事
          "? ! *"         | What? Nothing!            | What? Nothing!
          x               | ""                        | ""
          game            | Game                      | [Game]
          """)
  void marks_the_words_of_the_query(String query, String text, String marked) {
    assertThat(marked(query, text)).isEqualTo(marked);
  }

  @Test
  void keeps_every_character_of_the_text() {
    var text = "<b>Ünder</b> the 📚 & 'Sea'";

    assertThat(
            Highlighter.of("under sea").partsOf(text).stream()
                .map(Highlighter.Segment::text)
                .collect(Collectors.joining()))
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ab.",
        "a'b’",
        "a",
        "é.",
        "红.",
        "a.红",
        "a\u0301",
        "📚.",
        "' ",
        "..",
        "𝔚.",
        "\u0301\u0323"
      })
  void marks_long_texts_without_recursion_and_in_linear_time(String unit) {
    Consumer<String> mark = text -> Highlighter.of(text + " dune").partsOf(text + " Dune");

    SmallStack.accept(mark, unit.repeat(20_000 / unit.length()));
    assertThat(Growth.ofTenTimes(mark, unit, 300 / unit.length())).isLessThan(Growth.LINEAR);
    assertThat(marked("dune", "Dune " + unit.repeat(1_000))).startsWith("[Dune] ");
  }

  @Test
  void marks_at_most_500_parts_of_a_text() {
    assertThat(Highlighter.of("红").partsOf("红".repeat(10_000))).hasSize(501);
    assertThat(marked("红", "红".repeat(10_000)).replaceAll("[\\[\\]]", ""))
        .isEqualTo("红".repeat(10_000));
  }

  private static String marked(String query, String text) {
    return Highlighter.of(query).partsOf(text).stream()
        .map(part -> part.hit() ? "[" + part.text() + "]" : part.text())
        .collect(Collectors.joining());
  }
}
