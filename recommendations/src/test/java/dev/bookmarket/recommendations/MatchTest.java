package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.recommendations.WordAnalyzer.Word;
import dev.bookmarket.runtime.Growth;
import dev.bookmarket.runtime.SmallStack;
import java.text.Normalizer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchTest {
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
          οδυσσευς        | Ὀδυσσεύς, Ὀδυσσεὺς        | [Ὀδυσσεύς], [Ὀδυσσεὺς]
          fish            | A ﬁsh in ｆｉｓｈ          | A [ﬁsh] in [ｆｉｓｈ]
          701             | The year 802,701          | The year 802,[701]
          sea             | 📚 Sea 📚𝔞 sea            | 📚 [Sea] 📚𝔞 [sea]
          sjowall         | Sjöwall             | [Sjöwall]
          istanbul        | İSTANBUL                  | [İSTANBUL]
          0 x             | 🄁 x                       | [🄁] [x]
          0 sea           | 📚 🄁 Sea                  | 📚 [🄁] [Sea]
          ほ x            | 🈀 x                       | [🈀] [x]
          か x            | 🈀 x                       | 🈀 [x]
          """)
  void highlights_the_words_of_the_query(String query, String text, String highlighted) {
    assertThat(highlighted(query, text)).isEqualTo(highlighted);
  }

  /** Compatibility characters of two units can consist of several words. */
  @Test
  void highlights_whole_code_points() {
    var characters =
        IntStream.rangeClosed(0x10000, Character.MAX_CODE_POINT)
            .mapToObj(Character::toString)
            .filter(character -> !Normalizer.isNormalized(character, Normalizer.Form.NFKC))
            .toList();
    assertThat(characters).hasSizeGreaterThan(1_000);

    for (var character : characters) {
      var text = character + " x " + character;
      for (var word : WordAnalyzer.FOR_BOOKS.words(text)) {
        assertThat(highlighted(word.text() + " x", text).replaceAll("[\\[\\]]", ""))
            .isEqualTo(text);
      }
    }
  }

  @Test
  void returns_ranges_in_code_points() {
    assertThat(match("sea").rangesIn("Sea 📚 Sea"))
        .containsExactly(new Match.Range(0, 3), new Match.Range(6, 9));
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
        "\u0301\u0323",
        "Dune "
      })
  void highlights_long_texts_without_recursion_and_in_linear_time(String unit) {
    Consumer<String> highlight = text -> highlighted("dune", text + " Dune");

    SmallStack.accept(highlight, unit.repeat(20_000 / unit.length()));
    assertThat(Growth.ofTenTimes(highlight, unit, 300 / unit.length())).isLessThan(Growth.LINEAR);
    assertThat(highlighted("dune", "Dune " + unit.repeat(1_000))).startsWith("[Dune] ");
  }

  @Test
  void highlights_at_most_150_words_of_a_text() {
    assertThat(match("红").rangesIn("红".repeat(10_000)))
        .hasSize(150)
        .endsWith(new Match.Range(149, 150));
  }

  private static Match match(String query) {
    return new Match(
        Books.titled(1, "Any"),
        WordAnalyzer.FOR_QUERIES.words(query).stream().map(Word::text).collect(Collectors.toSet()));
  }

  private static String highlighted(String query, String text) {
    var characters = text.codePoints().toArray();
    var highlighted = new StringBuilder();
    int done = 0;
    for (var range : match(query).rangesIn(text)) {
      highlighted
          .append(new String(characters, done, range.start() - done))
          .append('[')
          .append(new String(characters, range.start(), range.end() - range.start()))
          .append(']');
      done = range.end();
    }
    return highlighted.append(new String(characters, done, characters.length - done)).toString();
  }
}
