package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x09, 0x0a, 0x0d, 0x20, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4,
        0x17b5, 0x180b, 0x180e, 0x180f, 0x2000, 0x200a, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028,
        0x2029, 0x202a, 0x202e, 0x202f, 0x205f, 0x2060, 0x2064, 0x2065, 0x2066, 0x206f, 0x2800,
        0x3000, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfff9, 0xfffe, 0x1d159, 0x1d173,
        0x1bca0, 0xe0000, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xe01ef, 0x10ffff
      })
  void invisible_characters_do_not_make_a_text_visible(int character) {
    assertThat(Text.isVisible(Character.toString(character))).isFalse();
    assertThat(Text.isVisible(" " + Character.toString(character) + "\u200b\u3164")).isFalse();
    assertThat(Text.isVisible(Character.toString(character) + "x")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x21, 0x61, 0xa1, 0xe9, 0x301, 0x590, 0x627, 0xe01, 0x1100, 0x3042, 0x4e00, 0xac00, 0xe000,
        0xfffc, 0xfffd, 0x1f4da, 0x1fae8, 0x2f800, 0xf0000
      })
  void all_other_characters_make_a_text_visible(int character) {
    assertThat(Text.isVisible("\u200b" + Character.toString(character))).isTrue();
  }

  @Test
  void a_text_without_characters_is_not_visible() {
    assertThat(Text.isVisible("")).isFalse();
  }

  @Test
  void forbids_exactly_the_characters_that_html_forbids() {
    IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
        .forEach(
            c -> {
              var control = c < 0x20 && "\t\n\r".indexOf(c) < 0 || c >= 0x7f && c <= 0x9f;
              var noncharacter = c >= 0xfdd0 && c <= 0xfdef || (c & 0xfffe) == 0xfffe;
              var surrogate = c >= 0xd800 && c <= 0xdfff;
              assertThat(Text.forbiddenCharacter("a" + Character.toString(c) + "b").isPresent())
                  .as("U+%04X", c)
                  .isEqualTo(control || noncharacter || surrogate);
            });
  }

  @Test
  void names_the_first_forbidden_character() {
    assertThat(Text.forbiddenCharacter("a\ud83d\udcda\u0007\0")).hasValue(7);
    assertThat(Text.forbiddenCharacter("a\udc00")).hasValue(0xdc00);
    assertThat(Text.forbiddenCharacter("two\r\n\tlines")).isEmpty();
  }

  @Test
  void counts_code_points() {
    assertThat(Text.length("\ud83d\udcdax")).isEqualTo(2);
  }

  @Test
  void converts_a_text_to_one_line() {
    assertThat(Text.oneLine(" a\r\n\tb\0\u0085\u2028c\ud800d\uffff\u00a0 e "))
        .isEqualTo("a b c d \u00a0 e");
    assertThat(Text.oneLine(Text.oneLine("\0 a \n"))).isEqualTo("a");
  }

  @Test
  void keeps_line_breaks_of_a_text_with_several_lines() {
    assertThat(Text.lines("\r\n1 Main\r\nStreet\n\nTown\u0007\rX \n"))
        .isEqualTo("1 Main\nStreet\n\nTown X");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c3", "c328", "e282", "c0af", "eda080", "f4908080", "80", "41fe42"})
  void rejects_bytes_that_are_not_utf_8(String hex) {
    assertThatExceptionOfType(CharacterCodingException.class)
        .isThrownBy(() -> Text.decode(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "é三📚", "\ufffd", "\ufeffa", "\uffff", "\0"})
  void decodes_valid_utf_8_including_the_replacement_character(String text) throws Exception {
    assertThat(Text.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "e\u0301", "\u0301\u0323", "\uff9e\u0301", "\u0345\u0301\u0323", "ﷺ"})
  void normalizes_in_linear_time(String unit) {
    assertThat(
            Growth.ofTenTimes(
                text -> assertThat(Text.normalize(text, Normalizer.Form.NFKD)).isNotEmpty(),
                unit,
                800))
        .isLessThan(Growth.LINEAR);
  }

  @Test
  void normalizes_text_with_at_most_30_consecutive_marks_like_unicode() {
    var text = "ﬁancée e" + "\u0323\u0301".repeat(15) + "x";

    assertThat(Text.normalize(text, Normalizer.Form.NFKC))
        .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFKC));
  }

  @ParameterizedTest
  @CsvSource({"a", "\u200b", "\u0301", "\uffff", "' '", "'a\n'"})
  void takes_linear_time(String unit) {
    assertThat(
            Growth.ofTenTimes(
                text -> {
                  var unused = Text.isVisible(text) || Text.oneLine(text).isEmpty();
                  unused |= Text.lines(text).isEmpty() || Text.forbiddenCharacter(text).isPresent();
                },
                unit,
                800))
        .isLessThan(Growth.LINEAR);
  }
}
