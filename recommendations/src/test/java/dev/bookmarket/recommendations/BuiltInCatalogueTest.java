package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltInCatalogueTest {
  private static final BookCatalogue BUILT_IN = CatalogueFile.builtIn();

  @Test
  void has_252_books() {
    assertThat(BUILT_IN.books()).hasSize(252);
  }

  @ParameterizedTest
  @EnumSource
  void has_at_least_18_books_of_every_category(Category category) {
    assertThat(BUILT_IN.books(category)).hasSizeGreaterThanOrEqualTo(18);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "1, The Maltese Falcon, MYSTERY",
        "2, Murder on the Orient Express, MYSTERY",
        "3, The Hound of the Baskervilles, MYSTERY",
        "4, `The Hitchhiker's Guide to the Galaxy`, SCIENCE_FICTION",
        "5, `Ender's Game`, SCIENCE_FICTION",
        "6, The Dune Chronicles, SCIENCE_FICTION",
        "7, The 7 Habits of Highly Effective People, SELF_HELP",
        "8, How to Win Friends and Influence People, SELF_HELP",
        "9, `Man's Search for Meaning`, SELF_HELP",
      })
  void has_the_books_of_the_tutorials(int id, String title, Category category) {
    assertThat(BUILT_IN.book(id).title()).isEqualTo(title);
    assertThat(BUILT_IN.book(id).category()).isEqualTo(category);
  }

  @Test
  void has_no_duplicate_titles() {
    assertThat(BUILT_IN.books())
        .extracting(book -> book.title() + " by " + book.author())
        .doesNotHaveDuplicates();
  }

  @Test
  void has_plausible_prices_years_and_descriptions() {
    assertThat(BUILT_IN.books())
        .allSatisfy(
            book -> {
              assertThat(book.priceCents()).isBetween(100, 10_000);
              assertThat(book.year()).isBetween(-1_000, 2026).isNotZero();
              assertThat(book.description()).hasSizeBetween(40, 300).endsWith(".");
            });
  }
}
