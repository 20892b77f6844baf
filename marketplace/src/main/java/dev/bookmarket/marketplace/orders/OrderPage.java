package dev.bookmarket.marketplace.orders;

import java.util.Optional;

/**
 * All that the template of an order's page may read.
 *
 * @param news what there is to say about what led to this page
 */
public record OrderPage(Order order, Optional<OrderNotice> notice) {}
