package dev.bookmarket.marketplace.orders;

import java.util.List;

/**
 * Some of a visitor's orders, newest first.
 *
 * @param next the token of the page with older ones; empty if there are none
 */
public record OrderList(List<Order> orders, String next) {}
