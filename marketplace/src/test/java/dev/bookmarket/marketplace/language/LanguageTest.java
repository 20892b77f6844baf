package dev.bookmarket.marketplace.language;

import static org.assertj.core.api.Assertions.assertThat;

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
          "\u0000"                            | ENGLISH
          """)
  void suits_what_the_browser_asks_for(String acceptLanguage, Language language) {
    assertThat(Language.accepted(acceptLanguage)).isEqualTo(language);
  }
}
