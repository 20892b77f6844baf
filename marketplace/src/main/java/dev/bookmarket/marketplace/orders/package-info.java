/**
 * Orders: placing them, and showing visitors their own. Who a visitor is, a cookie with an
 * unguessable id says, which the first checkout sets; an order shows to the visitor who placed it,
 * and to others as if it did not exist.
 */
@NullMarked
package dev.bookmarket.marketplace.orders;

import org.jspecify.annotations.NullMarked;
