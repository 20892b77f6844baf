/**
 * Tests of the orders service: its domain in plain Java, its contracts through real stubs, its
 * database through real files. {@link dev.bookmarket.orders.StoredOrders} runs over every kind of
 * database.
 */
@NullMarked
package dev.bookmarket.orders;

import org.jspecify.annotations.NullMarked;
