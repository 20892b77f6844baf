package dev.bookmarket.marketplace.orders;

import java.util.List;

/**
 * One page of a visitor's orders, newest first.
 *
 * @param next the token of the next page; empty if this is the last one
 */
public record OrderList(List<Order> orders, String next) {}
