package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Category;
import java.util.List;

/**
 * All that the home page's template may read.
 *
 * @param suggestions none also where the catalogue has no mystery books
 * @param suggestionsMissing whether the suggestions could not be had; then there are none
 * @param categoriesMissing whether the categories could not be had; then there are none
 */
public record HomePage(
    List<Suggestion> suggestions,
    boolean suggestionsMissing,
    List<Category> categories,
    boolean categoriesMissing) {}
