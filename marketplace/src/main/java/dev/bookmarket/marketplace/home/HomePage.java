package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Category;
import java.util.List;

/**
 * All that the home page's template may read.
 *
 * @param suggestions none also where the catalogue has no mystery books
 * @param suggestionsMissing whether the suggestions could not be had; then there are none
 * @param categoriesMissing whether the categories could not be had; then there are none
 * @param named whether the visitor gave a name
 * @param greeting the words for such a visitor; empty if they could not be had
 */
public record HomePage(
    List<Suggestion> suggestions,
    boolean suggestionsMissing,
    List<Category> categories,
    boolean categoriesMissing,
    boolean named,
    String greeting) {}
