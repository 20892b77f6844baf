package dev.bookmarket.recommendations;

import static dev.bookmarket.recommendations.Books.catalogue;
import static dev.bookmarket.recommendations.Books.titled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bookmarket.runtime.Refusal;
import org.junit.jupiter.api.Test;

class BookCatalogueTest {
  @Test
  void orders_by_title_without_case_and_accents_and_then_by_id() {
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
  void finds_a_book_by_its_id() {
    var dune = titled(Integer.MAX_VALUE, "Dune");
    assertThat(catalogue(titled(1, "Emma"), dune).book(Integer.MAX_VALUE)).isEqualTo(dune);
  }

  @Test
  void says_that_a_book_does_not_exist() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> catalogue(titled(1, "Emma")).book(2))
        .withMessage("Book not found")
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NOT_FOUND));
  }

  @Test
  void has_the_categories_of_its_books_only() {
    assertThat(catalogue(titled(1, "Emma")).categories()).containsExactly(Category.MYSTERY);
  }

  @Test
  void refuses_two_books_of_one_id() {
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
}
