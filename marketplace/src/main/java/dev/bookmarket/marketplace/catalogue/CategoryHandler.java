package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.RefusedRequest;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Objects;

/** A page of a category's books. */
public final class CategoryHandler implements Handler {
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks that catalogue. */
  public CategoryHandler(CatalogueClient catalogue, Templates templates) {
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context request) {
    var slug = request.pathParam("slug");
    var page = Objects.requireNonNullElse(request.queryParam("page"), "");
    var sort = sortOf(Objects.requireNonNullElse(request.queryParam("sort"), ""));
    request.future(
        () ->
            catalogue
                .books(slug, sort, page)
                .thenAccept(
                    shelf -> templates.render(request, "category", new CategoryPage(shelf))));
  }

  private static Sort sortOf(String slug) {
    return slug.isEmpty()
        ? Sort.TITLE
        : Sort.ofSlug(slug).orElseThrow(() -> RefusedRequest.invalid("error.invalid.sort"));
  }
}
