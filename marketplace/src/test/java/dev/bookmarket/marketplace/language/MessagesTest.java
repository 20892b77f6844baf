package dev.bookmarket.marketplace.language;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.MessageFormat;
import java.time.Instant;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the message files of all languages. */
class MessagesTest {
  private static final Messages ENGLISH = Messages.in(Language.ENGLISH);
  private static final Messages CHINESE = Messages.in(Language.CHINESE);

  @ParameterizedTest
  @EnumSource
  void every_language_has_all_messages(Language language) {
    assertThat(keysOf(language)).isEqualTo(keysOf(Language.ENGLISH));
  }

  @ParameterizedTest
  @EnumSource
  void every_language_uses_the_same_arguments(Language language) {
    for (var key : keysOf(Language.ENGLISH)) {
      // Chinese counts all books of an order, English those after the first one.
      if (!key.equals("orders.and-others")) {
        assertThat(argumentsIn(Messages.in(language).orElse(key, "")))
            .as(key)
            .isEqualTo(argumentsIn(ENGLISH.orElse(key, "")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void no_message_is_blank(Language language) {
    for (var key : textsOf(language).keySet()) {
      assertThat(Messages.in(language).orElse(key, "")).as(key).isNotBlank();
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_pattern_is_valid(Language language) {
    for (var key : textsOf(language).keySet()) {
      var pattern = Messages.in(language).orElse(key, "");
      if (pattern.contains("{")) {
        // MessageFormat treats an apostrophe as a quote.
        assertThat(pattern).as(key).doesNotContain("'");
        assertThat(new MessageFormat(pattern, Locale.ROOT).getFormats()).as(key).isNotEmpty();
      }
    }
  }

  @Test
  void rejects_an_unknown_key() {
    assertThatThrownBy(() -> ENGLISH.of("no.such.message"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("no.such.message");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 0 books | 0 本书
          1 | 1 book | 1 本书
          2 | 2 books | 2 本书
          1234 | 1,234 books | 1,234 本书
          """)
  void formats_plurals(int number, String english, String chinese) {
    assertThat(ENGLISH.of("books.count", number)).isEqualTo(english);
    assertThat(CHINESE.of("books.count", number)).isEqualTo(chinese);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | Dune | Dune
          1 | Dune and 1 other book | Dune 等 2 种书
          2 | Dune and 2 other books | Dune 等 3 种书
          """)
  void formats_the_contents_of_an_order(int others, String english, String chinese) {
    var contents = Message.of("orders.and-others", others, "Dune", others + 1);

    assertThat(ENGLISH.of(contents)).isEqualTo(english);
    assertThat(CHINESE.of(contents)).isEqualTo(chinese);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | $0.00 | US$0.00
          5 | $0.05 | US$0.05
          1299 | $12.99 | US$12.99
          123456789 | $1,234,567.89 | US$1,234,567.89
          """)
  void formats_amounts(long cents, String english, String chinese) {
    assertThat(ENGLISH.dollars(cents)).isEqualTo(english);
    assertThat(CHINESE.dollars(cents)).isEqualTo(chinese);
  }

  @Test
  void formats_times() {
    var moment = Instant.parse("2026-05-09T17:15:59Z");

    assertThat(ENGLISH.time(moment)).isEqualTo("9 May 2026, 17:15 UTC");
    assertThat(CHINESE.time(moment)).isEqualTo("2026年5月9日 17:15\u00a0(UTC)");
  }

  @Test
  void inserts_arguments_unchanged() {
    var hostile = "{0} '{1}' # 书";

    assertThat(ENGLISH.of("book.by", hostile)).isEqualTo("by " + hostile);
  }

  @Test
  void formats_nested_messages_in_the_same_language() {
    var message = Message.of("books.page", 1, 12, Message.of("books.figures.more", 1000));

    assertThat(ENGLISH.of(message)).isEqualTo("Books 1–12 of more than 1,000");
    assertThat(CHINESE.of(message)).isEqualTo("第 1–12 本，共 1,000 多本");
  }

  /** Excludes the names of categories, which come from the catalogue in English. */
  private static Set<String> keysOf(Language language) {
    return textsOf(language).keySet().stream()
        .filter(key -> !key.startsWith("category.") || textsOf(Language.ENGLISH).containsKey(key))
        .collect(toCollection(TreeSet::new));
  }

  private static ResourceBundle textsOf(Language language) {
    return ResourceBundle.getBundle("messages." + language.code(), Locale.ROOT);
  }

  private static Set<String> argumentsIn(String pattern) {
    return Pattern.compile("\\{(\\d)")
        .matcher(pattern)
        .results()
        .map(found -> found.group(1))
        .collect(toCollection(TreeSet::new));
  }
}
