package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.web.Assets;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.util.regex.Pattern;

/**
 * The cover of a book, under an address that changes with the picture and so may be kept for ever.
 *
 * <p>An address that another picture had is answered with the picture of now, not to be kept: while
 * replicas are replaced, pages and covers may come from releases that draw differently, and a
 * visitor should not see holes in the shelves meanwhile.
 */
public final class CoverHandler implements Handler {
  private static final Pattern FILE = Pattern.compile("([0-9]+)-[0-9a-f]{10}\\.svg");

  private final CatalogueClient catalogue;

  /** A handler that asks that catalogue. */
  public CoverHandler(CatalogueClient catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void handle(Context ctx) {
    int id = idOf(ctx.pathParam("file"));
    ctx.future(() -> catalogue.book(id).thenAccept(found -> answer(ctx, found.book())));
  }

  private static void answer(Context ctx, Book book) {
    boolean current = ctx.path().equals(book.cover());
    ctx.header("Cache-Control", current ? Assets.IMMUTABLE : "no-cache");
    ctx.contentType("image/svg+xml; charset=utf-8")
        .result(Cover.svg(book.title(), book.author(), book.category()));
  }

  private static int idOf(String file) {
    var parts = FILE.matcher(file);
    if (!parts.matches()) {
      throw new NotFoundResponse();
    }
    return BookId.parse(parts.group(1));
  }
}
