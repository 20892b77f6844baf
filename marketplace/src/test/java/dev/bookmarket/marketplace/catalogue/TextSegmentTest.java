package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Growth;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextSegmentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""       | The Dune Chronicles       | The Dune Chronicles
          4 8      | The Dune Chronicles       | The [Dune] Chronicles
          0 3 4 8  | The Dune Chronicles       | [The] [Dune] Chronicles
          0 1 1 2  | 三体：地球往事            | [三][体]：地球往事
          0 4      | Game                      | [Game]
          2 5 8 11 | 📚 Sea 📚 sea             | 📚 [Sea] 📚 [sea]
          0 8      | Sjo\u0308wall B           | [Sjo\u0308wall] B
          ""       | ""                        | ""
          0 9      | Game                      | [Game]
          2 9 11 7 | Game                      | Ga[me]
          -2 2     | Game                      | [Ga]me
          3 1 2 4  | Game                      | Gam[e]
          0 1      | ""                        | ""
          """)
  void highlights_the_given_ranges_of_code_points(String ranges, String text, String highlighted) {
    var positions = Arrays.stream(ranges.split(" ")).filter(s -> !s.isEmpty());
    assertThat(highlighted(text, positions.mapToInt(Integer::parseInt).toArray()))
        .isEqualTo(highlighted);
  }

  @Test
  void keeps_every_character_of_the_text() {
    var text = "<b>Ünder</b> the 📚 & 'Sea'";

    assertThat(highlighted(text, 3, 8, 20, 23).replaceAll("[\\[\\]]", "")).isEqualTo(text);
  }

  @Test
  void splits_texts_in_linear_time() {
    assertThat(
            Growth.ofTenTimes(
                text -> TextSegment.split(text, IntStream.range(0, text.length()).toArray()),
                "a",
                1_000))
        .isLessThan(Growth.LINEAR);
  }

  private static String highlighted(String text, int... positions) {
    return TextSegment.split(text, positions).stream()
        .map(part -> part.highlighted() ? "[" + part.text() + "]" : part.text())
        .collect(Collectors.joining());
  }
}
