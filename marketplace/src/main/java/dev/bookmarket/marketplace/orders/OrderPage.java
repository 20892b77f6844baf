package dev.bookmarket.marketplace.orders;

import java.util.Optional;

/**
 * The data for the template of an order's page.
 *
 * @param notice the notice about the request that led to this page
 */
public record OrderPage(Order order, Optional<OrderNotice> notice) {}
