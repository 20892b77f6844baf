package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.RefusedRequest;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.regex.Pattern;

/** The page of a book, with others like it where those can be had. */
public final class BookHandler implements Handler {
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,9}");

  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks that catalogue. */
  public BookHandler(CatalogueClient catalogue, Templates templates) {
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context request) {
    int id = idOf(request.pathParam("id"));
    request.future(
        () ->
            catalogue
                .book(id)
                .thenCombine(
                    catalogue.similarTo(id),
                    (found, alike) -> new BookPage(found.book(), found.category(), alike))
                .thenAccept(page -> templates.render(request, "book", page)));
  }

  /**
   * Returns the book number that a URL contains.
   *
   * @throws RefusedRequest NOT_FOUND if it is not written as in the shop's own links
   */
  static int idOf(String text) {
    if (!ID.matcher(text).matches() || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw RefusedRequest.notFound("error.not-found.book");
    }
    return Integer.parseInt(text);
  }
}
