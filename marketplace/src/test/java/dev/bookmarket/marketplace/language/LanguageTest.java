package dev.bookmarket.marketplace.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Growth;
import dev.bookmarket.runtime.SmallStack;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the choice of the language. */
class LanguageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                  | ENGLISH
          en                                  | ENGLISH
          en-GB,en;q=0.9                      | ENGLISH
          zh                                  | CHINESE
          zh-CN,zh;q=0.9,en;q=0.8             | CHINESE
          zh-Hans-SG                          | CHINESE
          ZH-TW                               | CHINESE
          en;q=0.5,zh;q=0.8                   | CHINESE
          en,zh                               | ENGLISH
          fr,de;q=0.9,zh;q=0.3                | CHINESE
          fr                                  | ENGLISH
          zh;q=0                              | ENGLISH
          *                                   | ENGLISH
          zh;q=nonsense                       | ENGLISH
          ;;;                                 | ENGLISH
          -                                   | ENGLISH
          zh,-                                | CHINESE
          -,zh                                | CHINESE
          ,zh                                 | CHINESE
          , ,,zh , ,                          | CHINESE
          zh_CN                               | CHINESE
          zh_Hans_CN;q=0.9,en;q=0.8           | CHINESE
          !!,zh                               | CHINESE
          fr;q=nonsense,zh                    | CHINESE
          en;q=nonsense,zh                    | CHINESE
          en;q=2,zh;q=0.1                     | CHINESE
          zh;q=1.5                            | ENGLISH
          zh;q=-1                             | ENGLISH
          zh;q=1e0                            | ENGLISH
          zh;q=                               | ENGLISH
          zh ; Q = 0.5 , en ; q = 0.4         | CHINESE
          zh;q=0.000                          | ENGLISH
          zh;q=1.000,en                       | CHINESE
          zh;q=0.33333,en;q=0.3               | CHINESE
          zh-;q=1                             | ENGLISH
          zh--CN                              | ENGLISH
          zhongwen                            | ENGLISH
          zh-abcdefghi                        | ENGLISH
          toolonglanguage,zh                  | CHINESE
          *;q=0.5,zh                          | CHINESE
          zh,*;q=0.5                          | CHINESE
          *;q=0.5,zh;q=0.3                    | ENGLISH
          *,en;q=0                            | CHINESE
          *,zh;q=0                            | ENGLISH
          *,zh                                | CHINESE
          en;q=0                              | ENGLISH
          zh;q=0,en;q=0                       | ENGLISH
          zh;q=0.1,fr,zh-TW;q=0.9,en;q=0.5    | CHINESE
          中文,zh                             | CHINESE
          zh-中文                             | ENGLISH
          en-US,-;q=0.1                       | ENGLISH
          "\u0000"                            | ENGLISH
          """)
  void returns_the_preferred_language(String acceptLanguage, Language language) {
    assertThat(Language.accepted(List.of(acceptLanguage))).isEqualTo(language);
  }

  @Test
  void finds_a_language_anywhere_in_a_long_list() {
    assertThat(Language.accepted(List.of("zh," + "abc,".repeat(2_000))))
        .isEqualTo(Language.CHINESE);
    assertThat(Language.accepted(List.of("abc,".repeat(2_000) + "zh"))).isEqualTo(Language.CHINESE);
    assertThat(Language.accepted(List.of("abc,".repeat(2_000) + "zh;q=0.2,en;q=0.3")))
        .isEqualTo(Language.ENGLISH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "zh,",
        ",",
        "zh-",
        "-",
        ";",
        "zh;q=0.",
        "0",
        " ",
        "zh;q=0.5,",
        "*,",
        "zh-CN-"
      })
  void takes_linear_time_and_no_recursion(String unit) {
    Consumer<String> read = value -> Language.accepted(List.of("zh;q=0." + value));

    assertThat(Growth.ofTenTimes(read, unit, 800 / unit.length())).isLessThan(Growth.LINEAR);
    assertThat(
            Growth.ofTenTimes(text -> Language.accepted(List.of(text)), unit, 800 / unit.length()))
        .isLessThan(Growth.LINEAR);
    SmallStack.accept(read, unit.repeat(8_000));
  }
}
