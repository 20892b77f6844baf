package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.Coded;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Objects;

/** Serves the pages of a category's books. */
public record CategoryHandler(CatalogueClient catalogue, Templates templates) implements Handler {
  @Override
  public void handle(Context ctx) {
    var slug = ctx.pathParam("slug");
    var page = Objects.requireNonNullElse(ctx.queryParam("page"), "");
    var sort = sortOf(Objects.requireNonNullElse(ctx.queryParam("sort"), ""));
    ctx.future(
        () ->
            catalogue
                .books(slug, sort, page)
                .thenAccept(found -> templates.render(ctx, "category", found)));
  }

  private static Sort sortOf(String code) {
    return code.isEmpty()
        ? Sort.TITLE
        : Coded.find(Sort.values(), code)
            .orElseThrow(() -> LocalizedException.invalid("error.invalid.sort"));
  }
}
