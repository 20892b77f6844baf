package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.Category;
import dev.bookmarket.marketplace.greeting.GreeterClient;
import dev.bookmarket.marketplace.greeting.NameCookie;
import dev.bookmarket.marketplace.greeting.NamedVisitor;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Renders the home page. Calls the backends in parallel; omits content that they did not return.
 */
public record HomeHandler(
    RecommendationsClient recommendations,
    CatalogueClient catalogue,
    GreeterClient greeter,
    Templates templates)
    implements Handler {
  private static final int SUGGESTIONS = 3;

  @Override
  public void handle(Context ctx) {
    var visitor = NameCookie.read(ctx);
    ctx.future(
        () -> {
          var suggestions = recommendations.mysterySuggestions(SUGGESTIONS);
          var categories = catalogue.categories();
          var greeting =
              visitor
                  .map(greeter::greeting)
                  .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
          return CompletableFuture.allOf(suggestions, categories, greeting)
              .thenRun(
                  () ->
                      render(ctx, visitor, suggestions.join(), categories.join(), greeting.join()));
        });
  }

  private void render(
      Context ctx,
      Optional<NamedVisitor> visitor,
      Optional<List<Suggestion>> suggestions,
      Optional<List<Category>> categories,
      Optional<String> greeting) {
    if (greeting.isPresent()) {
      visitor
          .filter(named -> !named.greeted())
          .ifPresent(named -> NameCookie.write(ctx, named.afterGreeting()));
    }
    var page = new HomePage(suggestions, categories, visitor.isPresent(), greeting);
    templates.render(ctx, "home", page);
  }
}
