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
    assertThat(books(search, query)).hasSize(1);
  }

  @Test
  void distinguishes_vowel_signs_of_other_scripts() {
    assertThat(titles(new BookSearch(catalogue(titled(1, "कि"), titled(2, "की"))), "कि"))
        .containsExactly("कि");
  }

  @Test
  void finds_words_in_title_author_and_description() {
    var search = new BookSearch(catalogue(book(1, "Dune", "Frank Herbert", "A desert planet.")));
    assertThat(titles(search, "herbert desert dune")).containsExactly("Dune");
  }

  @Test
  void finds_only_books_with_all_words() {
    var search = new BookSearch(catalogue(titled(1, "Dune"), titled(2, "Dune Messiah")));
    assertThat(titles(search, "dune messiah")).containsExactly("Dune Messiah");
  }

  @Test
  void finds_words_and_their_beginnings_but_no_other_parts_of_words() {
    var search = new BookSearch(catalogue(titled(1, "Dunes")));
    assertThat(titles(search, "dunes")).containsExactly("Dunes");
    assertThat(titles(search, "dun")).containsExactly("Dunes");
    assertThat(titles(search, "unes")).isEmpty();
    assertThat(titles(search, "une")).isEmpty();
  }

  @Test
  void completes_words_of_three_characters_or_more() {
    var search = new BookSearch(catalogue(titled(1, "Dunes"), titled(2, "𝔞𝔟𝔠𝔡 x")));
    assertThat(titles(search, "du")).isEmpty();
    assertThat(titles(search, "du anonymous")).isEmpty();
    assertThat(titles(search, "anon dun")).containsExactly("Dunes");
  }

  @Test
  void puts_exact_matches_before_completions() {
    var search =
        new BookSearch(
            catalogue(
                titled(1, "Murder"),
                book(2, "A Village of Sussex", "Anonymous", "A tale of Murd."),
                titled(3, "Murd of Long Ago and Far Away"),
                book(4, "B", "Murdoch", ""),
                titled(5, "Murder on the Orient Express")));
    var found = search.search("murd");
    assertThat(titles(search, "murd"))
        .containsExactly(
            "Murd of Long Ago and Far Away",
            "A Village of Sussex",
            "Murder",
            "Murder on the Orient Express",
            "B");
    assertThat(found.total()).isEqualTo(5);
    assertThat(found.correctedQuery()).isEmpty();
  }

  @Test
  void adds_no_completions_to_24_exact_matches() {
    var books = new ArrayList<>(Books.stories(23));
    books.add(titled(100, "Storyteller"));
    assertThat(new BookSearch(new BookCatalogue(books)).search("story").total()).isEqualTo(24);
    books.add(titled(101, "Story 0024"));
    assertThat(new BookSearch(new BookCatalogue(books)).search("story").total()).isEqualTo(24);
  }

  @ParameterizedTest(name = "\"{0}\" finds {2}")
  @CsvSource({
    "agatha cristie, agatha christie, Murder on the Orient Express",
    "agata cristie, agatha christie, And Then There Were None",
    "cristie agatha, christie agatha, And Then There Were None",
    "sherlok, sherlock, The Hound of the Baskervilles",
    "SHERLOK HOMLES, sherlock holmes, The Hound of the Baskervilles",
    "sherlok hol, sherlock holmes, The Hound of the Baskervilles",
    "dostoyevski, dostoevsky, Crime and Punishment",
    "Dostojevsky, dostoevsky, Crime and Punishment",
    "murd, murders, Murder on the Orient Express",
    "hobit, hobbit, The Hobbit",
    "kirkegaard, kierkegaard, Fear and Trembling",
    "márqez, marquez, One Hundred Years of Solitude",
    "hitchikers guide, hitchhikers guide, The Hitchhiker's Guide to the Galaxy",
  })
  void finds_books_despite_spelling_mistakes(String query, String corrected, String title) {
    assertThat(titles(BUILT_IN, query)).contains(title);
    assertThat(BUILT_IN.search(query).correctedQuery()).isEqualTo(corrected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agatha christie", "ender game", "xyzzy", "?", "the"})
  void corrects_no_query_that_matches_exactly_or_not_at_all(String query) {
    assertThat(BUILT_IN.search(query).correctedQuery()).isEmpty();
  }

  @Test
  void prefers_fewer_spelling_mistakes() {
    var search = new BookSearch(catalogue(titled(1, "Shore"), titled(2, "Christina")));
    assertThat(titles(search, "christima")).containsExactly("Christina");
    var closer = new BookSearch(catalogue(titled(1, "Christie"), titled(2, "Christina A")));
    assertThat(titles(closer, "christin")).containsExactly("Christina A");
    assertThat(titles(closer, "christiex")).containsExactly("Christie");
  }

  @Test
  void a_spelling_mistake_keeps_the_order_of_title_author_and_others() {
    var search =
        new BookSearch(
            catalogue(
                book(1, "A", "Nobody", "About Jane Austen."),
                book(2, "B", "Jane Austen", ""),
                book(4, "The Life of Jane Austen", "Somebody", "")));
    assertThat(titles(search, "jane austin")).containsExactly("The Life of Jane Austen", "B", "A");
  }

  @Test
  void counts_misspelled_matches_like_others() {
    var found = new BookSearch(new BookCatalogue(Books.stories(1500))).search("stroy");
    assertThat(found.total()).isEqualTo(1001);
    assertThat(found.matches()).hasSize(1000);
    assertThat(found.correctedQuery()).isEqualTo("story");
  }

  @Test
  void short_words_must_be_spelled_correctly() {
    var search = new BookSearch(catalogue(titled(1, "War"), titled(2, "Peace")));
    assertThat(titles(search, "wer")).isEmpty();
    assertThat(titles(search, "paece")).containsExactly("Peace");
    assertThat(titles(search, "paec")).isEmpty();
  }

  @ParameterizedTest(name = "{0} finds \"{1}\"")
  @CsvSource({
    "h2o, H₂O",
    "co2, CO₂ and us",
    "mc2, E = mc²",
    "no, № 7",
    "m2, Area in ㎡",
    "lovetm, Love™ story",
    "vegan, Ⓥegan",
    "1st, ①st",
    "σοφια, ϲοφια",
    "don't, don′t",
    "㍿, ㍿",
    "㈱, ㈱",
    "murder, ᴍᴜʀᴅᴇʀ",
  })
  void finds_compatibility_characters_by_the_characters_that_they_stand_for(
      String query, String title) {
    var found = new BookSearch(catalogue(titled(1, title))).search(query);

    assertThat(found.total()).isEqualTo(1);
    assertThat(found.correctedQuery()).isEmpty();
  }

  @Test
  void finds_the_words_of_a_character_that_stands_for_several() {
    var search = new BookSearch(catalogue(titled(1, "ﷺ wisdom")));

    var found = search.search("صلى");

    assertThat(found.total()).isEqualTo(1);
    assertThat(found.matches().get(0).rangesIn("ﷺ wisdom")).allMatch(range -> range.end() <= 8);
  }

  /** Spelling variants of long words take memory and recursion that grow with the length. */
  @ParameterizedTest
  @ValueSource(strings = {"ﷺ", "ﷻ", "한", "a", "𝐀", "𒀀"})
  void responds_to_a_word_of_200_characters(String character) {
    assertThat(BUILT_IN.search(character.repeat(200)).total()).isZero();
  }

  @Test
  void long_words_match_exactly_only() {
    var search = new BookSearch(catalogue(titled(1, "Antidisestablishment")));

    assertThat(search.search("antidisestablishment").total()).isEqualTo(1);
    assertThat(search.search("antidisestablishmnt").total()).isZero();
  }

  @Test
  void does_not_correct_numbers() {
    assertThat(new BookSearch(catalogue(titled(1, "1981"))).search("1984").total()).isZero();
  }

  @Test
  void expands_queries_of_at_most_8_words() {
    var words = "ab bb cb db eb fb gb";
    var search = new BookSearch(catalogue(titled(1, words + " lb Murder")));
    assertThat(titles(search, words + " murd")).hasSize(1);
    assertThat(titles(search, words + " lb murd")).isEmpty();
    assertThat(titles(search, words + " lb murder")).hasSize(1);
  }

  @Test
  void highlights_completions_only_in_books_that_do_not_match_exactly() {
    var search = new BookSearch(catalogue(titled(1, "War, Warm"), titled(2, "Warm Winters")));
    var matches = search.search("war").matches();
    assertThat(matches.get(0).rangesIn("War, Warm")).containsExactly(new Match.Range(0, 3));
    assertThat(matches.get(1).rangesIn("Warm Winters")).containsExactly(new Match.Range(0, 4));
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
  void finds_a_book_once_if_it_has_the_words_several_times() {
    var search = new BookSearch(catalogue(book(1, "Emma", "Emma Emma", "Emma, by Emma.")));
    assertThat(search.search("emma emma").total()).isOne();
  }

  @Test
  void puts_the_title_that_equals_the_query_first() {
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
    assertThat(books(search, "emma")).extracting(Book::id).containsExactly(3, 9, 2, 4);
  }

  @Test
  void the_order_does_not_depend_on_the_order_of_the_file() {
    var books = CatalogueFile.builtIn().books();
    var reversed = new ArrayList<>(books);
    Collections.reverse(reversed);
    assertThat(books(new BookSearch(new BookCatalogue(reversed)), "the"))
        .isEqualTo(books(BUILT_IN, "the"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "\"", "-", "\\", "?", "...", "' '", "&&", "\u0000", "🚀", "\u200b", "\u00a0"})
  void finds_nothing_for_a_query_without_words(String query) {
    assertThat(BUILT_IN.search(query).total()).isZero();
    assertThat(books(BUILT_IN, query)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dune*", "\"dune", "-dune", "+dune", "title:dune~2^9"})
  void there_is_no_query_syntax(String query) {
    var search = new BookSearch(catalogue(titled(1, "Dune"), titled(2, "Title: Dune 2 9")));
    assertThat(books(search, query)).extracting(Book::id).contains(2);
  }

  @Test
  void treats_operators_as_words() {
    var search = new BookSearch(catalogue(titled(1, "War and Peace"), titled(2, "War")));
    assertThat(titles(search, "war AND peace")).containsExactly("War and Peace");
    assertThat(titles(search, "war OR peace")).isEmpty();
    assertThat(titles(search, "NOT war")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab.", "a'b’", "a", "é.", "红.", "a\u0301", "📚.", "a,1", "㍿", "ﷺ "})
  void analyzes_long_texts_without_recursion(String unit) {
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
  void splits_words_at_control_characters() {
    assertThat(titles(BUILT_IN, "ender's\u0000\u0007game\n")).containsExactly("Ender's Game");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\u3000"})
  void rejects_a_blank_query(String query) {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> BUILT_IN.search(query))
        .withMessage("query must not be blank");
  }

  @Test
  void accepts_200_characters_and_rejects_201() {
    assertThat(BUILT_IN.search("🚀".repeat(200)).total()).isZero();
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> BUILT_IN.search("🚀".repeat(201)))
        .withMessage("query must have at most 200 characters, but has 201");
  }

  @Test
  void counts_1000_matches_exactly() {
    var found = new BookSearch(new BookCatalogue(Books.stories(1000))).search("story");
    assertThat(found.total()).isEqualTo(1000);
    assertThat(found.matches()).hasSize(1000);
  }

  @Test
  void counts_more_than_1000_matches_as_1001_and_returns_the_first_1000() {
    var found = new BookSearch(new BookCatalogue(Books.stories(1500))).search("story");
    assertThat(found.total()).isEqualTo(1001);
    assertThat(found.matches()).hasSize(1000);
    assertThat(found.matches().get(999).book().title()).isEqualTo("Story 1000");
  }

  @Test
  void names_the_list_by_the_words_of_the_query() {
    assertThat(BUILT_IN.search("Ender's  GAME").name())
        .isEqualTo(BUILT_IN.search("game enders").name())
        .isNotEqualTo(BUILT_IN.search("game").name());
  }

  @Test
  void finds_every_built_in_book_by_its_title_and_author() {
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(books(BUILT_IN, book.title() + " " + book.author())).contains(book);
      assertThat(books(BUILT_IN, book.title()).get(0).title()).isEqualToIgnoringCase(book.title());
    }
  }

  @Test
  void returns_the_same_results_to_concurrent_threads() {
    var expected = books(BUILT_IN, "the of");
    assertThat(IntStream.range(0, 1000).parallel().mapToObj(i -> books(BUILT_IN, "the of")))
        .allMatch(expected::equals);
  }

  private static List<String> titles(BookSearch search, String query) {
    return books(search, query).stream().map(Book::title).toList();
  }

  private static List<Book> books(BookSearch search, String query) {
    return search.search(query).matches().stream().map(Match::book).toList();
  }

  @Test
  void ranks_similar_books_by_author_then_category_then_words() {
    var book = of(1, "Alpha", "Ann Poe", Category.MYSTERY, "A raven");
    var others =
        List.of(
            of(2, "Word", "X", Category.HISTORY, "ravens, and one raven"),
            of(3, "Shelf", "Y", Category.MYSTERY, "Nothing"),
            of(4, "Nothing", "Z", Category.HISTORY, "At all"),
            of(5, "Pen", "Ann Poe", Category.POETRY, "Nothing"));
    assertThat(similar(book, others)).containsExactly("Pen", "Shelf", "Word");
  }

  @Test
  void ranks_rare_words_above_common_words_in_similar_books() {
    var book = titled(1, "quark sea");
    var others =
        List.of(
            titled(2, "sea A"),
            titled(3, "sea B"),
            titled(4, "sea C"),
            titled(5, "quark D"),
            titled(6, "E"),
            titled(7, "sea quark F"));
    assertThat(similar(book, others))
        .containsExactly("sea quark F", "quark D", "sea A", "sea B", "sea C", "E");
  }

  @Test
  void ignores_partly_equal_authors_in_similar_books() {
    var book = of(1, "Alpha", "Ann Poe", Category.MYSTERY, "");
    var others =
        List.of(
            of(2, "B", "Ann Other", Category.POETRY, ""),
            of(3, "C", "Edgar Poe", Category.POETRY, ""));
    assertThat(similar(book, others)).isEmpty();
  }

  @Test
  void orders_equally_similar_books_by_length_of_title_then_title_then_id() {
    assertThat(
            similar(titled(1, "X"), List.of(titled(5, "Bbb"), titled(4, "Aaa"), titled(3, "Zz"))))
        .containsExactly("Zz", "Aaa", "Bbb");
  }

  @Test
  void finds_no_similar_books_if_nothing_is_shared() {
    var book = of(1, "Alpha", "?", Category.MYSTERY, "");
    assertThat(similar(book, List.of(of(2, "Beta", "?", Category.POETRY, "")))).isEmpty();
    assertThat(similar(book, List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "1, 1", "6, 6", "24, 24", "25, 24", "2147483647, 24"})
  void finds_the_requested_number_of_similar_books(int wanted, int found) {
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(BUILT_IN.similarTo(book, wanted))
          .as(book.title())
          .hasSize(found)
          .doesNotHaveDuplicates()
          .doesNotContain(book);
    }
  }

  @Test
  void finds_the_same_similar_books_in_every_process() {
    var other = new BookSearch(CatalogueFile.builtIn());
    for (var book : CatalogueFile.builtIn().books()) {
      assertThat(other.similarTo(book, 24)).isEqualTo(BUILT_IN.similarTo(book, 24));
    }
  }

  @Test
  void finds_similar_books_once_for_each_number_of_results() {
    var book = CatalogueFile.builtIn().book(2);

    assertThat(BUILT_IN.similarTo(book, 6)).isSameAs(BUILT_IN.similarTo(book, 6));
    assertThat(BUILT_IN.similarTo(book, 3)).isEqualTo(BUILT_IN.similarTo(book, 6).subList(0, 3));
  }

  private static List<String> similar(Book book, List<Book> others) {
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
