/**
 * The recommendations service: a catalogue of books in memory, suggestions from it, and search in
 * it. A request goes from an endpoint to the {@link dev.bookmarket.recommendations.Recommender},
 * the {@link dev.bookmarket.recommendations.BookCatalogue} or the {@link
 * dev.bookmarket.recommendations.BookSearch}; protobuf types stay in the endpoints.
 */
@NullMarked
package dev.bookmarket.recommendations;

import org.jspecify.annotations.NullMarked;
