package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Category;
import java.util.List;
import java.util.Optional;

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
    Optional<String> greeting) {}
