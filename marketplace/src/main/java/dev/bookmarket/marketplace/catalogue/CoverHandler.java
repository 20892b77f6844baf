package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.web.Assets;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.util.regex.Pattern;

/**
 * Serves the covers of books. The URL of a cover changes with its content, so that browsers can
 * cache it forever.
 *
 * <p>The URL of an outdated cover returns the current cover, uncached. During a rolling update,
 * pages and covers can come from releases that draw covers differently; without this rule, covers
 * would be missing.
 */
public record CoverHandler(CatalogueClient catalogue) implements Handler {
  private static final Pattern FILE = Pattern.compile("([0-9]+)-[0-9a-f]{10}\\.svg");

  @Override
  public void handle(Context ctx) {
    int id = idOf(ctx.pathParam("file"));
    ctx.future(() -> catalogue.book(id).thenAccept(found -> respond(ctx, found.book())));
  }

  private static void respond(Context ctx, Book book) {
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
