package dev.bookmarket.marketplace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.catalogue.v1.Book;
import dev.bookmarket.protobufs.catalogue.v1.BookMatch;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.TextRange;
import org.junit.jupiter.api.Test;

/** How search results are converted. */
class CatalogueClientTest {
  private static final Book DUNE =
      Book.newBuilder()
          .setId(6)
          .setTitle("The Dune Chronicles")
          .setAuthor("Frank Herbert")
          .setDescription("📚 Arrakis, called Dune")
          .build();

  @Test
  void highlights_the_ranges_of_each_text() {
    var match =
        BookMatch.newBuilder()
            .addTitle(range(4, 8))
            .addAuthor(range(0, 5))
            .addDescription(range(2, 9))
            .addDescription(range(18, 22))
            .build();
    var found =
        CatalogueClient.searchPageOf(
            "dune",
            SearchBooksResponse.newBuilder()
                .addBooks(DUNE)
                .addMatches(match)
                .setTotalSize(1)
                .setCorrectedQuery("dune frank arrakis")
                .build());

    var book = found.books().get(0);
    assertThat(book.title())
        .containsExactly(
            new TextSegment("The ", false),
            new TextSegment("Dune", true),
            new TextSegment(" Chronicles", false));
    assertThat(book.author())
        .containsExactly(new TextSegment("Frank", true), new TextSegment(" Herbert", false));
    assertThat(book.description())
        .containsExactly(
            new TextSegment("📚 ", false),
            new TextSegment("Arrakis", true),
            new TextSegment(", called ", false),
            new TextSegment("Dune", true));
    assertThat(found.correctedQuery()).isEqualTo("dune frank arrakis");
  }

  @Test
  void highlights_nothing_if_an_old_server_reports_no_matches() {
    var found =
        CatalogueClient.searchPageOf(
            "dune", SearchBooksResponse.newBuilder().addBooks(DUNE).setTotalSize(1).build());

    assertThat(found.books()).containsExactly(Books.listed(found.books().get(0).book()));
    assertThat(found.books().get(0).title())
        .containsExactly(new TextSegment("The Dune Chronicles", false));
    assertThat(found.correctedQuery()).isEmpty();
  }

  private static TextRange range(int start, int end) {
    return TextRange.newBuilder().setStart(start).setEnd(end).build();
  }
}
