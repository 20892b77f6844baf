package dev.bookmarket.marketplace.orders;

/**
 * All that the template of the page of a visitor's orders may read.
 *
 * @param first whether it is the page with the newest ones
 */
public record OrdersPage(OrderList list, boolean first) {}
