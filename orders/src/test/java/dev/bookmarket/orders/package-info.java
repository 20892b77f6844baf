/**
 * Tests of the orders service. They call the contracts through real stubs and use real databases.
 * {@link dev.bookmarket.orders.StoredOrders} runs with every database.
 */
package dev.bookmarket.orders;
