package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.greeting.GreeterClient;
import dev.bookmarket.marketplace.greeting.NameCookie;
import dev.bookmarket.marketplace.greeting.NamedVisitor;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
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
              .thenApply(
                  done ->
                      new HomePage(
                          suggestions.join(),
                          categories.join(),
                          visitor.isPresent(),
                          greeting.join()))
              .thenAccept(page -> render(ctx, visitor, page));
        });
  }

  private void render(Context ctx, Optional<NamedVisitor> visitor, HomePage page) {
    if (page.greeting().isPresent()) {
      visitor
          .filter(named -> !named.greeted())
          .ifPresent(named -> NameCookie.write(ctx, new NamedVisitor(named.name(), true)));
    }
    templates.render(ctx, "home", page);
  }
}
