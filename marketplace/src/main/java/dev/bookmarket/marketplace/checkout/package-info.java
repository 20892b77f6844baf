/**
 * The checkout: from a basket to an order, once. What may go wrong with the key of a basket, {@link
 * dev.bookmarket.marketplace.basket} tells. The form carries the key, so that one that is sent
 * again, after its basket was emptied, leads to the same order; and the prices that it showed, so
 * that nobody orders at others.
 */
@NullMarked
package dev.bookmarket.marketplace.checkout;

import org.jspecify.annotations.NullMarked;
