package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.Category;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Optional;

/**
 * The home page: asks for suggestions and categories at once, and is served without what is
 * missing.
 */
public final class HomeHandler implements Handler {
  private static final int SUGGESTIONS = 3;

  private final RecommendationsClient recommendations;
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks those two. */
  public HomeHandler(
      RecommendationsClient recommendations, CatalogueClient catalogue, Templates templates) {
    this.recommendations = recommendations;
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context request) {
    request.future(
        () -> {
          var suggestions = recommendations.mysterySuggestions(SUGGESTIONS);
          var categories = catalogue.categories();
          return suggestions
              .thenCombine(categories, HomeHandler::pageOf)
              .thenAccept(page -> templates.render(request, "home", page));
        });
  }

  private static HomePage pageOf(
      Optional<List<Suggestion>> suggestions, Optional<List<Category>> categories) {
    return new HomePage(
        suggestions.orElse(List.of()),
        suggestions.isEmpty(),
        categories.orElse(List.of()),
        categories.isEmpty());
  }
}
