package dev.bookmarket.marketplace.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.catalogue.Category;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.web.RenderedPages;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** Tests the home page and the contract with an old client. */
class HomePageTest {
  private static final List<Suggestion> SUGGESTIONS =
      List.of(
          new Suggestion(1, "The Maltese Falcon", "Dashiell Hammett", "mystery", new Money(1_299)),
          new Suggestion(
              2, "Murder on the Orient Express", "Agatha Christie", "mystery", new Money(1_199)),
          new Suggestion(
              3, "The Hound of the Baskervilles", "A. C. Doyle", "mystery", new Money(899)));
  private static final List<Category> CATEGORIES =
      List.of(new Category("mystery", "Mystery", 30), new Category("poetry", "Poetry", 1));

  private static final HomePage HEALTHY = page(SUGGESTIONS, false, CATEGORIES, false);
  private static final HomePage NO_SUGGESTIONS = page(List.of(), true, CATEGORIES, false);
  private static final HomePage NO_CATEGORIES = page(SUGGESTIONS, false, List.of(), true);
  private static final HomePage NEITHER = page(List.of(), true, List.of(), true);

  @Test
  void has_the_title_and_the_heading_of_the_contract() {
    for (var page : List.of(HEALTHY, NO_SUGGESTIONS, NO_CATEGORIES, NEITHER)) {
      var document = open(page);

      assertThat(document.title()).isEqualTo("Online Books For You");
      assertThat(document.select("h1").eachText()).containsExactly("Mystery books you may like");
    }
  }

  @Test
  void shows_the_suggestions_as_the_only_list_items_without_attributes() {
    assertThat(bareListItems(HEALTHY)).isEqualTo(3);
    assertThat(open(HEALTHY).select(".suggestions > li > a").eachAttr("href"))
        .containsExactly("/books/1", "/books/2", "/books/3");
  }

  @Test
  void shows_title_author_and_price_of_a_suggestion() {
    assertThat(open(HEALTHY).select(".suggestions > li").eachText())
        .first()
        .isEqualTo("The Maltese Falcon by Dashiell Hammett $12.99");
  }

  @Test
  void shows_the_categories_with_their_numbers_of_books() {
    var categories = open(HEALTHY).select(".category");

    assertThat(categories.eachText()).containsExactly("Mystery 30 books", "Poetry 1 book");
    assertThat(categories.select("a").eachAttr("href"))
        .containsExactly("/categories/mystery", "/categories/poetry");
  }

  @Test
  void shows_no_notice_if_nothing_is_missing() {
    assertThat(open(HEALTHY).select(".notice, [role=status]")).isEmpty();
  }

  @Test
  void shows_a_notice_if_the_suggestions_are_missing() {
    assertThat(bareListItems(NO_SUGGESTIONS)).isZero();
    assertThat(missing(NO_SUGGESTIONS)).containsExactly("suggestions");
    assertThat(open(NO_SUGGESTIONS).select(".category")).hasSize(2);
  }

  @Test
  void shows_a_notice_if_the_categories_are_missing() {
    assertThat(bareListItems(NO_CATEGORIES)).isEqualTo(3);
    assertThat(missing(NO_CATEGORIES)).containsExactly("categories");
  }

  @Test
  void shows_two_notices_if_both_are_missing() {
    assertThat(bareListItems(NEITHER)).isZero();
    assertThat(missing(NEITHER)).containsExactly("suggestions", "categories");
    assertThat(open(NEITHER).select("ul")).isEmpty();
  }

  @Test
  void shows_no_notice_if_there_are_no_mystery_books() {
    var page = page(List.of(), false, CATEGORIES, false);

    assertThat(bareListItems(page)).isZero();
    assertThat(missing(page)).isEmpty();
    assertThat(open(page).select(".none").eachText())
        .containsExactly("There are no mystery books at the moment.");
  }

  @Test
  void shows_no_notice_if_there_are_no_books() {
    var page = page(List.of(), false, List.of(), false);

    assertThat(missing(page)).isEmpty();
    assertThat(open(page).select(".none")).hasSize(2);
  }

  @Test
  void escapes_hostile_text() {
    var hostile = "<script>alert('1')</script> & \"<li>\" 📚";
    var page =
        page(
            List.of(new Suggestion(1, hostile, hostile, "mystery", new Money(0))),
            false,
            List.of(new Category("a\"><li>/?x=1", hostile, 2)),
            false);

    var document = open(page);

    assertThat(bareListItems(page)).isEqualTo(1);
    assertThat(document.select("script")).isEmpty();
    assertThat(document.select(".suggestions .title").eachText()).containsExactly(hostile);
    assertThat(document.select(".category a").eachText()).containsExactly(hostile);
    assertThat(document.select(".category a").eachAttr("href"))
        .containsExactly("/categories/a%22%3E%3Cli%3E/%3Fx=1");
  }

  @Test
  void has_an_empty_search_box() {
    assertThat(open(HEALTHY).select("form[action=/search] input[name=q]").eachAttr("value"))
        .containsExactly("");
  }

  /** Returns the page of a visitor who entered no name. */
  private static HomePage page(
      List<Suggestion> suggestions,
      boolean suggestionsMissing,
      List<Category> categories,
      boolean categoriesMissing) {
    return new HomePage(
        suggestionsMissing ? Optional.empty() : Optional.of(suggestions),
        categoriesMissing ? Optional.empty() : Optional.of(categories),
        false,
        Optional.empty());
  }

  private Document open(HomePage page) {
    return Jsoup.parse(RenderedPages.html("home", page));
  }

  /** Counts list items without attributes in the text of the page, as the old client does. */
  private int bareListItems(HomePage page) {
    return RenderedPages.html("home", page).split("<li>", -1).length - 1;
  }

  private List<String> missing(HomePage page) {
    return open(page).select(".notice[role=status]").eachAttr("data-missing");
  }
}
