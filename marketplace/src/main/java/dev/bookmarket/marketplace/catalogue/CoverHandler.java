package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.cover.Cover;
import dev.bookmarket.marketplace.cover.CoverCache;
import dev.bookmarket.marketplace.web.Assets;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.util.regex.Pattern;

/**
 * Serves the covers of books. The URL of a cover changes with its content, so that browsers can
 * cache it forever. A cover that is not registered here, such as that of a page of another replica,
 * is drawn from the book in the catalogue.
 *
 * <p>The URL of an outdated cover returns the current cover, uncached. During a rolling update,
 * pages and covers can come from releases that draw covers differently; without this rule, covers
 * would be missing.
 */
public record CoverHandler(CatalogueClient catalogue, CoverCache covers) implements Handler {
  private static final Pattern FILE = Pattern.compile("([0-9]+)-[0-9a-f]{10}\\.svg");

  @Override
  public void handle(Context ctx) {
    int id = idOf(ctx.pathParam("file"));
    var known = covers.find(id, ctx.path());
    if (known.isPresent()) {
      respond(ctx, known.get(), Assets.IMMUTABLE);
      return;
    }
    ctx.future(() -> catalogue.book(id).thenAccept(found -> respondWithCurrent(ctx, found.book())));
  }

  private void respondWithCurrent(Context ctx, Book book) {
    var current = book.cover();
    boolean isCurrent = ctx.path().equals(covers.register(current));
    respond(ctx, current, isCurrent ? Assets.IMMUTABLE : "no-cache");
  }

  private void respond(Context ctx, Cover cover, String cacheControl) {
    ctx.header("Cache-Control", cacheControl);
    ctx.contentType("image/svg+xml; charset=utf-8").result(covers.svg(cover));
  }

  private static int idOf(String file) {
    var parts = FILE.matcher(file);
    if (!parts.matches()) {
      throw new NotFoundResponse();
    }
    return BookId.parse(parts.group(1));
  }
}
