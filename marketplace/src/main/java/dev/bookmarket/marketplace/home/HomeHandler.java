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
 * The home page: asks for suggestions and categories, and for a greeting where the visitor gave a
 * name, all at once; it is served without what is missing.
 */
public final class HomeHandler implements Handler {
  private static final int SUGGESTIONS = 3;

  private final RecommendationsClient recommendations;
  private final CatalogueClient catalogue;
  private final GreeterClient greeter;
  private final Templates templates;

  /** A handler that asks those three. */
  public HomeHandler(
      RecommendationsClient recommendations,
      CatalogueClient catalogue,
      GreeterClient greeter,
      Templates templates) {
    this.recommendations = recommendations;
    this.catalogue = catalogue;
    this.greeter = greeter;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    var visitor = NameCookie.of(ctx);
    ctx.future(
        () -> {
          var suggestions = recommendations.mysterySuggestions(SUGGESTIONS);
          var categories = catalogue.categories();
          var greeting = greetingFor(visitor);
          return CompletableFuture.allOf(suggestions, categories, greeting)
              .thenRun(
                  () -> {
                    if (greeting.join().isPresent()) {
                      remember(ctx, visitor);
                    }
                    var page =
                        pageOf(suggestions.join(), categories.join(), visitor, greeting.join());
                    templates.render(ctx, "home", page);
                  });
        });
  }

  private CompletableFuture<Optional<String>> greetingFor(Optional<NamedVisitor> visitor) {
    return visitor
        .map(greeter::greeting)
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  /** Who has been greeted is greeted again from now on; others are still to be. */
  private static void remember(Context ctx, Optional<NamedVisitor> visitor) {
    visitor
        .filter(named -> !named.greeted())
        .ifPresent(named -> NameCookie.keep(ctx, named.afterGreeting()));
  }

  private static HomePage pageOf(
      Optional<List<Suggestion>> suggestions,
      Optional<List<Category>> categories,
      Optional<NamedVisitor> visitor,
      Optional<String> greeting) {
    return new HomePage(
        suggestions.orElse(List.of()),
        suggestions.isEmpty(),
        categories.orElse(List.of()),
        categories.isEmpty(),
        visitor.isPresent(),
        greeting.orElse(""));
  }
}
