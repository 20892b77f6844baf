package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Objects;

/** Serves the pages of a category's books. */
public final class CategoryHandler implements Handler {
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** Creates a handler that reads books from that catalogue. */
  public CategoryHandler(CatalogueClient catalogue, Templates templates) {
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    var slug = ctx.pathParam("slug");
    var page = Objects.requireNonNullElse(ctx.queryParam("page"), "");
    var sort = sortOf(Objects.requireNonNullElse(ctx.queryParam("sort"), ""));
    ctx.future(
        () ->
            catalogue
                .books(slug, sort, page)
                .thenAccept(found -> templates.render(ctx, "category", new CategoryPage(found))));
  }

  private static Sort sortOf(String slug) {
    return slug.isEmpty()
        ? Sort.TITLE
        : Sort.ofSlug(slug)
            .orElseThrow(() -> LocalizedRejectionException.invalid("error.invalid.sort"));
  }
}
