/**
 * The orders service, which stores orders in an SQLite file or in PostgreSQL. An endpoint passes a
 * request to {@link dev.bookmarket.orders.Orders}, which uses the {@link
 * dev.bookmarket.orders.OrderStore}. Only the endpoints use protobuf types; only the store uses
 * SQL.
 */
package dev.bookmarket.orders;
