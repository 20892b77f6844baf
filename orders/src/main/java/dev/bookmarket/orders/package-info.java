/**
 * The orders service: takes orders and keeps them, in an SQLite file or in PostgreSQL. A request
 * goes from an endpoint to the {@link dev.bookmarket.orders.Orders}, and from there to the {@link
 * dev.bookmarket.orders.OrderStore}; protobuf types stay in the endpoints, SQL in the store.
 */
@NullMarked
package dev.bookmarket.orders;

import org.jspecify.annotations.NullMarked;
