/**
 * Placing orders and showing visitors their own orders. A visitor is identified by a cookie with a
 * random id, which the first checkout sets. The order of another visitor is treated as not found.
 */
package dev.bookmarket.marketplace.orders;
