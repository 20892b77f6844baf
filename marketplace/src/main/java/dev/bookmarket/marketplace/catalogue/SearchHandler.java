package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.Text;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Objects;

/** Serves the search page, with the results if the URL has a query. */
public record SearchHandler(CatalogueClient catalogue, Templates templates) implements Handler {
  /** The maximum length of a query, in Unicode code points. */
  private static final int MAX_QUERY = 200;

  @Override
  public void handle(Context ctx) {
    var query = Text.oneLine(Objects.requireNonNullElse(ctx.queryParam("q"), ""));
    var page = Objects.requireNonNullElse(ctx.queryParam("page"), "");
    if (!Text.isVisible(query)) {
      templates.render(ctx, "search", SearchPage.empty());
      return;
    }
    if (Text.length(query) > MAX_QUERY) {
      throw LocalizedException.invalid("error.invalid.query", MAX_QUERY);
    }
    ctx.future(
        () ->
            catalogue
                .search(query, page)
                .thenAccept(found -> templates.render(ctx, "search", found)));
  }
}
