package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.web.CountedPage;
import java.util.List;
import java.util.Optional;

/**
 * The data for the template of a book's page.
 *
 * @param similarIfLoaded the books most similar to it; absent if they could not be loaded
 */
public record BookPage(Book book, Category category, Optional<List<Book>> similarIfLoaded)
    implements CountedPage {
  /** Returns the books most similar to it; empty also if they could not be loaded. */
  public List<Book> similar() {
    return similarIfLoaded.orElse(List.of());
  }

  @Override
  public String missing() {
    return similarIfLoaded.isEmpty() ? "similar" : "";
  }
}
