package dev.bookmarket.recommendations;

import static dev.bookmarket.recommendations.Books.catalogue;
import static dev.bookmarket.recommendations.Books.titled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bookmarket.runtime.RejectedRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BookCatalogueTest {
  @Test
  void orders_by_title_ignoring_case_and_accents_then_by_id() {
    var books =
        catalogue(
            titled(5, "zebra"),
            titled(4, "Émile"),
            titled(3, "emile"),
            titled(2, "Emma"),
            titled(1, "apple"));
    assertThat(books.books(Category.MYSTERY)).extracting(Book::id).containsExactly(1, 3, 4, 2, 5);
    assertThat(books.books()).isEqualTo(books.books(Category.MYSTERY));
  }

  @Test
  void orders_by_author_ignoring_case_and_accents_then_by_title() {
    var books =
        catalogue(
            by(1, "Z", "émile Zola"),
            by(2, "Émile", "Rousseau"),
            by(3, "B", "Emile Zola"),
            by(4, "a", "Emile zola"),
            by(5, "A", "Émile Zola"));
    assertThat(books.books(Category.MYSTERY, BookOrder.AUTHOR))
        .extracting(Book::id)
        .containsExactly(4, 5, 3, 1, 2);
  }

  @Test
  void orders_by_year_newest_first_and_then_by_title_and_id() {
    var books =
        catalogue(
            of(1, "Odyssey", -700, 1),
            of(2, "Iliad", -750, 2),
            of(4, "Émile", 1762, 4),
            of(3, "Emile", 1762, 3),
            of(5, "Candide", 1762, 5),
            of(6, "New", 2024, 6));
    assertThat(books.books(Category.MYSTERY, BookOrder.YEAR))
        .extracting(Book::id)
        .containsExactly(6, 5, 3, 4, 1, 2);
  }

  @Test
  void orders_by_price_cheapest_first_and_then_by_title_and_id() {
    var books =
        catalogue(
            of(1, "Dear", 2000, Integer.MAX_VALUE),
            of(2, "Free", 2000, 0),
            of(4, "B", 1900, 999),
            of(3, "b", 1900, 999),
            of(5, "a", 2001, 999));
    assertThat(books.books(Category.MYSTERY, BookOrder.PRICE))
        .extracting(Book::id)
        .containsExactly(2, 5, 3, 4, 1);
  }

  @ParameterizedTest
  @EnumSource(BookOrder.class)
  void has_the_same_books_in_every_order(BookOrder order) {
    var builtIn = CatalogueFile.builtIn();
    for (var category : builtIn.categories()) {
      assertThat(builtIn.books(category, order))
          .hasSameElementsAs(builtIn.books(category))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void finds_a_book_by_its_id() {
    var dune = titled(Integer.MAX_VALUE, "Dune");
    assertThat(catalogue(titled(1, "Emma"), dune).book(Integer.MAX_VALUE)).isEqualTo(dune);
  }

  @Test
  void rejects_the_id_of_a_book_that_does_not_exist() {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> catalogue(titled(1, "Emma")).book(2))
        .withMessage("Book not found")
        .satisfies(
            exception ->
                assertThat(exception.reason())
                    .isEqualTo(RejectedRequestException.Reason.NOT_FOUND));
  }

  @Test
  void has_only_the_categories_of_its_books() {
    assertThat(catalogue(titled(1, "Emma")).categories()).containsExactly(Category.MYSTERY);
  }

  @Test
  void rejects_two_books_with_the_same_id() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> catalogue(titled(1, "Emma"), titled(1, "Dune")))
        .withMessage("two books have the id 1");
  }

  @Test
  void cannot_be_changed() {
    var books = catalogue(titled(1, "Emma"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> books.books(Category.MYSTERY).clear());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> books.books().clear());
  }

  private static Book by(int id, String title, String author) {
    return Books.book(id, title, author, "");
  }

  private static Book of(int id, String title, int year, int cents) {
    return new Book(id, title, "Anonymous", year, Category.MYSTERY, cents, "");
  }
}
