package dev.bookmarket.marketplace.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which language a visitor gets. */
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
          zh,-                                | ENGLISH
          en-US,-;q=0.1                       | ENGLISH
          "\u0000"                            | ENGLISH
          """)
  void suits_what_the_browser_asks_for(String acceptLanguage, Language language) {
    assertThat(Language.accepted(acceptLanguage)).isEqualTo(language);
  }

  @Test
  void who_asks_for_hundreds_of_languages_gets_english() {
    assertThat(Language.accepted("zh," + "abc,".repeat(2_000))).isEqualTo(Language.ENGLISH);
  }
}
