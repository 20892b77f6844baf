package dev.bookmarket.recommendations;

import static dev.bookmarket.recommendations.Books.book;
import static dev.bookmarket.recommendations.Books.catalogue;
import static dev.bookmarket.recommendations.Books.titled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.SmallStack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BookSearchTest {
  private static final BookSearch BUILT_IN = new BookSearch(CatalogueFile.builtIn());

  @ParameterizedTest(name = "\"{0}\" finds \"{1}\"")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "ender's game, Ender's Game",
        "enders game, Ender's Game",
        "ENDER’S GAME, Ender's Game",
        "ender game, Ender's Game",
        "ender s game, Ender's Game",
        "enders, Ender’s Game",
        "etranger, L'Étranger",
        "l'étranger, L'Étranger",
        "letranger, L'Étranger",
        "jrr, J.R.R. Speaking",
        "j r r, J.R.R. Speaking",
        "three-body, The Three-Body Problem",
        "body three, The Three-Body Problem",
        "strasse, Die Straße",
        "straße, Die Strasse",
        "smorrebrod, Smørrebrød",
        "aether, Æther",
        "sjowall, Sjöwall",
        "sjöwall, Sjo\u0308wall",
        "lodz, Łódź",
        "istanbul, İSTANBUL",
        "ｄｕｎｅ, Dune",
        "fish, ﬁsh",
        "ΟΔΥΣΣΕΥΣ, Ὀδυσσεύς",
        "война и мир, Война и мир",
        "ВОЙНА, Война и мир",
        "елка, Ёлка",
        "三体, 三体",
        "体, 三体",
        "ノルウェイ, ノルウェイの森",
        "한국, 한국 문학",
        "गोदान, गोदान",
        "שלום, שלום עולם",
        "كتاب, كتاب الأغاني",
        "451, Fahrenheit 451",
        "title:dune, Title: Dune",
        "802 701, The year 802;701",
      })
  void ignores_case_accents_and_punctuation(String query, String title) {
    var search = new BookSearch(catalogue(titled(1, title)));
    assertThat(search.search(query).books()).hasSize(1);
  }

  @Test
  void does_not_take_one_vowel_sign_of_another_script_for_the_other() {
    assertThat(titles(new BookSearch(catalogue(titled(1, "कि"), titled(2, "की"))), "कि"))
        .containsExactly("कि");
  }

  @Test
  void finds_each_word_in_any_of_title_author_and_description() {
    var search = new BookSearch(catalogue(book(1, "Dune", "Frank Herbert", "A desert planet.")));
    assertThat(titles(search, "herbert desert dune")).containsExactly("Dune");
  }

  @Test
  void finds_only_books_that_have_all_words() {
    var search = new BookSearch(catalogue(titled(1, "Dune"), titled(2, "Dune Messiah")));
    assertThat(titles(search, "dune messiah")).containsExactly("Dune Messiah");
  }

  @Test
  void finds_whole_words_only() {
    assertThat(titles(new BookSearch(catalogue(titled(1, "Dunes"))), "dune")).isEmpty();
  }

  @Test
  void puts_titles_before_authors_and_authors_before_the_others() {
    var search =
        new BookSearch(
            catalogue(
                book(1, "A", "Nobody", "About Jane Austen."),
                book(2, "B", "Jane Austen", ""),
                book(3, "C of Jane", "Austen", ""),
                book(4, "The Life of Jane Austen", "Somebody", "")));
    assertThat(titles(search, "jane austen"))
        .containsExactly("The Life of Jane Austen", "B", "A", "C of Jane");
  }

  @Test
  void gives_a_book_once_however_often_it_has_the_words() {
    var search = new BookSearch(catalogue(book(1, "Emma", "Emma Emma", "Emma, by Emma.")));
    assertThat(search.search("emma emma").total()).isOne();
  }

  @Test
  void puts_the_title_that_is_nothing_but_the_query_first() {
    var search =
        new BookSearch(
            catalogue(titled(1, "A Life of Emma"), titled(2, "Emma"), titled(3, "Being Emma")));
    assertThat(titles(search, "emma")).containsExactly("Emma", "Being Emma", "A Life of Emma");
  }

  @Test
  void orders_equal_matches_by_title_and_then_by_id() {
    var search =
        new BookSearch(
            catalogue(
                titled(4, "Emma B"),
                titled(3, "Emma A"),
                titled(2, "Emma B"),
                titled(9, "Émma A")));
    assertThat(search.search("emma").books()).extracting(Book::id).containsExactly(3, 9, 2, 4);
  }

  @Test
  void the_order_does_not_depend_on_the_order_of_the_file() {
    var books = CatalogueFile.builtIn().books();
    var reversed = new ArrayList<>(books);
    Collections.reverse(reversed);
    assertThat(new BookSearch(new BookCatalogue(reversed)).search("the").books())
        .isEqualTo(BUILT_IN.search("the").books());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "\"", "-", "\\", "?", "...", "' '", "&&", "\u0000", "🚀", "\u200b", "\u00a0"})
  void a_query_without_a_word_finds_nothing(String query) {
    assertThat(BUILT_IN.search(query).total()).isZero();
    assertThat(BUILT_IN.search(query).books()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dune*", "\"dune", "-dune", "+dune", "title:dune~2^9"})
  void there_is_no_query_syntax(String query) {
    var search = new BookSearch(catalogue(titled(1, "Dune"), titled(2, "Title: Dune 2 9")));
    assertThat(search.search(query).books()).extracting(Book::id).contains(2);
  }

  @Test
  void operators_of_other_engines_are_words() {
    var search = new BookSearch(catalogue(titled(1, "War and Peace"), titled(2, "War")));
    assertThat(titles(search, "war AND peace")).containsExactly("War and Peace");
    assertThat(titles(search, "war OR peace")).isEmpty();
    assertThat(titles(search, "NOT war")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab.", "a'b’", "a", "é.", "红.", "a\u0301", "📚.", "a,1", "㍿", "ﷺ "})
  void takes_long_texts_apart_without_recursion(String unit) {
    SmallStack.accept(
        text -> {
          var book = book(1, text, text, text);
          var search = new BookSearch(catalogue(book, titled(2, "Dune")));
          assertThat(search.similarTo(book, 3)).isNotNull();
        },
        unit.repeat(10_000 / unit.length()));
    assertThat(BUILT_IN.search(unit.repeat(200 / unit.length())).total()).isNotNegative();
  }

  @Test
  void control_characters_divide_words() {
    assertThat(titles(BUILT_IN, "ender's\u0000\u0007game\n")).containsExactly("Ender's Game");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\u3000"})
  void refuses_a_blank_query(String query) {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> BUILT_IN.search(query))
        .withMessage("query must not be blank");
  }

  @Test
  void takes_200_characters_and_refuses_201() {
    assertThat(BUILT_IN.search("🚀".repeat(200)).total()).isZero();
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> BUILT_IN.search("🚀".repeat(201)))
        .withMessage("query must have at most 200 characters, but has 201");
  }

  @Test
  void counts_1000_matches_exactly() {
    var found = new BookSearch(new BookCatalogue(Books.stories(1000))).search("story");
    assertThat(found.total()).isEqualTo(1000);
    assertThat(found.books()).hasSize(1000);
  }

  @Test
  void counts_more_than_1000_matches_as_1001_and_gives_the_first_1000() {
    var found = new BookSearch(new BookCatalogue(Books.stories(1500))).search("story");
    assertThat(found.total()).isEqualTo(1001);
    assertThat(found.books()).hasSize(1000);
    assertThat(found.books().get(999).title()).isEqualTo("Story 1000");
  }

  @Test
  void queries_of_the_same_words_are_one_list_and_others_are_not() {
    assertThat(BUILT_IN.search("Ender's  GAME").name())
        .isEqualTo(BUILT_IN.search("game enders").name())
        .isNotEqualTo(BUILT_IN.search("game").name());
  }

  @Test
  void finds_every_built_in_book_by_its_title_and_author() {
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(BUILT_IN.search(book.title() + " " + book.author()).books()).contains(book);
      assertThat(BUILT_IN.search(book.title()).books().get(0).title())
          .isEqualToIgnoringCase(book.title());
    }
  }

  @Test
  void answers_many_threads_as_it_answers_one() {
    var expected = BUILT_IN.search("the of").books();
    assertThat(IntStream.range(0, 1000).parallel().mapToObj(i -> BUILT_IN.search("the of").books()))
        .allMatch(expected::equals);
  }

  private static List<String> titles(BookSearch search, String query) {
    return search.search(query).books().stream().map(Book::title).toList();
  }

  @Test
  void what_is_most_like_a_book_shares_the_author_then_the_category_then_a_word() {
    var book = of(1, "Alpha", "Ann Poe", Category.MYSTERY, "A raven");
    var others =
        List.of(
            of(2, "Word", "X", Category.HISTORY, "ravens, and one raven"),
            of(3, "Shelf", "Y", Category.MYSTERY, "Nothing"),
            of(4, "Nothing", "Z", Category.HISTORY, "At all"),
            of(5, "Pen", "Ann Poe", Category.POETRY, "Nothing"));
    assertThat(alike(book, others)).containsExactly("Pen", "Shelf", "Word");
  }

  @Test
  void a_rare_word_makes_more_alike_than_a_common_one() {
    var book = titled(1, "quark sea");
    var others =
        List.of(
            titled(2, "sea A"),
            titled(3, "sea B"),
            titled(4, "sea C"),
            titled(5, "quark D"),
            titled(6, "E"),
            titled(7, "sea quark F"));
    assertThat(alike(book, others))
        .containsExactly("sea quark F", "quark D", "sea A", "sea B", "sea C", "E");
  }

  @Test
  void part_of_an_author_s_name_makes_no_books_alike() {
    var book = of(1, "Alpha", "Ann Poe", Category.MYSTERY, "");
    var others =
        List.of(
            of(2, "B", "Ann Other", Category.POETRY, ""),
            of(3, "C", "Edgar Poe", Category.POETRY, ""));
    assertThat(alike(book, others)).isEmpty();
  }

  @Test
  void equally_similar_books_stand_by_length_of_title_then_title_then_id() {
    assertThat(alike(titled(1, "X"), List.of(titled(5, "Bbb"), titled(4, "Aaa"), titled(3, "Zz"))))
        .containsExactly("Zz", "Aaa", "Bbb");
  }

  @Test
  void nothing_is_like_a_book_that_shares_nothing() {
    var book = of(1, "Alpha", "?", Category.MYSTERY, "");
    assertThat(alike(book, List.of(of(2, "Beta", "?", Category.POETRY, "")))).isEmpty();
    assertThat(alike(book, List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "1, 1", "6, 6", "24, 24", "25, 24", "2147483647, 24"})
  void finds_as_many_similar_books_as_are_wanted(int wanted, int found) {
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(BUILT_IN.similarTo(book, wanted))
          .as(book.title())
          .hasSize(found)
          .doesNotHaveDuplicates()
          .doesNotContain(book);
    }
  }

  @Test
  void another_search_over_the_same_books_finds_the_same_similar_ones() {
    var other = new BookSearch(CatalogueFile.builtIn());
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(other.similarTo(book, 24)).isEqualTo(BUILT_IN.similarTo(book, 24));
    }
  }

  private static List<String> alike(Book book, List<Book> others) {
    var all = new ArrayList<>(others);
    all.add(book);
    return new BookSearch(new BookCatalogue(all))
        .similarTo(book, 0).stream().map(Book::title).toList();
  }

  private static Book of(
      int id, String title, String author, Category category, String description) {
    return new Book(id, title, author, 1900, category, 1000, description);
  }
}
