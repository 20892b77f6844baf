package dev.bookmarket.marketplace.orders;

import java.util.List;

/**
 * The data for the template of the list of orders: a page of a visitor's orders, newest first.
 *
 * @param next the token of the next page; empty if this is the last one
 * @param first whether this is the first page, with the newest orders
 */
public record OrdersPage(List<Order> orders, String next, boolean first) {}
