/**
 * The languages of the shop and what it says in them. Everything that a visitor reads stands in
 * {@code messages/}, one file a language, but for what comes from a service: books and greetings.
 */
@NullMarked
package dev.bookmarket.marketplace.language;

import org.jspecify.annotations.NullMarked;
