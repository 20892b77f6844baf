/**
 * The recommendations service: a catalogue of books in memory, with suggestions and search. An
 * endpoint passes a request to the {@link dev.bookmarket.recommendations.Recommender}, the {@link
 * dev.bookmarket.recommendations.BookCatalogue} or the {@link
 * dev.bookmarket.recommendations.BookSearch}; protobuf types stay in the endpoints.
 */
package dev.bookmarket.recommendations;
