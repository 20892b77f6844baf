package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Category;
import dev.bookmarket.marketplace.web.CountedPage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data for the template of the home page.
 *
 * @param suggestions absent if they could not be loaded
 * @param categories absent if they could not be loaded
 * @param named whether the visitor entered a name
 * @param greeting absent if the visitor entered no name or the greeting could not be loaded
 */
public record HomePage(
    Optional<List<Suggestion>> suggestions,
    Optional<List<Category>> categories,
    boolean named,
    Optional<String> greeting)
    implements CountedPage {
  @Override
  public String missing() {
    return Stream.of(
            suggestions.isEmpty() ? "suggestions" : "",
            categories.isEmpty() ? "categories" : "",
            named && greeting.isEmpty() ? "greeting" : "")
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining(","));
  }

  @Override
  public int suggestionCount() {
    return suggestions.map(List::size).orElse(0);
  }
}
