package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationsEndpointTest {
  private static final BookCatalogue BUILT_IN = CatalogueFile.builtIn();
  private static ServedInProcess service;

  @BeforeAll
  static void serve() {
    service = ServedInProcess.of(RecommendationsMain.endpoints(BUILT_IN));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void has_the_same_categories_in_the_contract_and_in_the_shop() {
    assertThat(Arrays.stream(BookCategory.values()).filter(c -> c != BookCategory.UNRECOGNIZED))
        .extracting(BookCategory::name)
        .containsExactlyElementsOf(Arrays.stream(Category.values()).map(Category::name).toList());
  }

  @Test
  void recommends_from_every_category() {
    for (var category : Category.values()) {
      var all = BUILT_IN.books(category).stream().map(Book::id).toList();
      assertThat(recommend(BookCategory.valueOf(category.name()).getNumber(), 1000))
          .extracting(BookRecommendation::getId)
          .containsExactlyInAnyOrderElementsOf(all);
    }
  }

  @Test
  void recommends_three_different_books() {
    assertThat(recommend(BookCategory.SELF_HELP_VALUE, 3)).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void returns_every_field_of_a_book() {
    var dune =
        recommend(BookCategory.SCIENCE_FICTION_VALUE, 100).stream()
            .filter(book -> book.getId() == 6)
            .findAny();
    assertThat(dune)
        .contains(
            BookRecommendation.newBuilder()
                .setId(6)
                .setTitle("The Dune Chronicles")
                .setAuthor("Frank Herbert")
                .setPriceCents(3499)
                .build());
  }

  @Test
  void recommends_no_books_if_none_are_requested() {
    assertThat(recommend(BookCategory.MYSTERY_VALUE, 0)).isEmpty();
  }

  @Test
  void treats_an_unset_category_as_mystery() {
    var request = RecommendationRequest.newBuilder().setMaxResults(1).build();
    var book =
        RecommendationsGrpc.newBlockingStub(service.channel())
            .recommend(request)
            .getRecommendations(0);
    assertThat(BUILT_IN.book(book.getId()).category()).isEqualTo(Category.MYSTERY);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void rejects_a_negative_number_of_books(int wanted) {
    assertThat(rejection(BookCategory.MYSTERY_VALUE, wanted))
        .containsExactly(
            Status.Code.INVALID_ARGUMENT, "max_results must be 0 or more, but is " + wanted);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 99, -1, Integer.MAX_VALUE})
  void rejects_a_category_that_does_not_exist(int category) {
    assertThat(rejection(category, 3)).containsExactly(Status.Code.NOT_FOUND, "Category not found");
  }

  @Test
  void rejects_a_category_without_books() {
    var one = RecommendationsMain.endpoints(Books.catalogue(Books.titled(1, "Only")));
    try (var small = ServedInProcess.of(one)) {
      var request = RecommendationRequest.newBuilder().setCategory(BookCategory.POETRY).build();
      var exception =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> RecommendationsGrpc.newBlockingStub(small.channel()).recommend(request));
      assertThat(exception).hasMessage("NOT_FOUND: Category not found");
    }
  }

  private static List<BookRecommendation> recommend(int category, int wanted) {
    return RecommendationsGrpc.newBlockingStub(service.channel())
        .recommend(
            RecommendationRequest.newBuilder()
                .setUserId(1)
                .setCategoryValue(category)
                .setMaxResults(wanted)
                .build())
        .getRecommendationsList();
  }

  private static List<Object> rejection(int category, int wanted) {
    var status =
        catchThrowableOfType(StatusRuntimeException.class, () -> recommend(category, wanted))
            .getStatus();
    return List.of(status.getCode(), String.valueOf(status.getDescription()));
  }
}
