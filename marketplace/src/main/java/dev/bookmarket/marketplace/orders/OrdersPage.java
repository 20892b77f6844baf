package dev.bookmarket.marketplace.orders;

/**
 * The data for the template of the list of orders.
 *
 * @param first whether this is the first page, with the newest orders
 */
public record OrdersPage(OrderList list, boolean first) {}
