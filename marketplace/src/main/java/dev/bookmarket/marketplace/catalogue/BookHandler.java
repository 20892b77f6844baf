package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** Serves the page of a book, with similar books if they can be loaded. */
public record BookHandler(CatalogueClient catalogue, Templates templates) implements Handler {
  @Override
  public void handle(Context ctx) {
    int id = BookId.parse(ctx.pathParam("id"));
    ctx.future(
        () ->
            catalogue
                .book(id)
                .thenCombine(
                    catalogue.similarTo(id),
                    (found, similar) -> new BookPage(found.book(), found.category(), similar))
                .thenAccept(page -> templates.render(ctx, "book", page)));
  }
}
