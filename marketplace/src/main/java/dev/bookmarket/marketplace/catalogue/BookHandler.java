package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** The page of a book, with others like it where those can be had. */
public final class BookHandler implements Handler {
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks that catalogue. */
  public BookHandler(CatalogueClient catalogue, Templates templates) {
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    int id = BookId.parse(ctx.pathParam("id"));
    ctx.future(
        () ->
            catalogue
                .book(id)
                .thenCombine(
                    catalogue.similarTo(id),
                    (found, alike) -> new BookPage(found.book(), found.category(), alike))
                .thenAccept(page -> templates.render(ctx, "book", page)));
  }
}
