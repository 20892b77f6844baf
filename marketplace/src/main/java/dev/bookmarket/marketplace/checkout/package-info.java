/**
 * The checkout, which turns a basket into at most one order; {@link
 * dev.bookmarket.marketplace.basket} describes the idempotency key. The form contains the key, so
 * that a form that is sent again, after its basket was emptied, leads to the same order. It also
 * contains the prices that it showed, so that the visitor never orders at other prices.
 */
package dev.bookmarket.marketplace.checkout;
