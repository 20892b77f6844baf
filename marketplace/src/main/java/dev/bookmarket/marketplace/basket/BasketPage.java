package dev.bookmarket.marketplace.basket;

import java.util.Optional;

/**
 * The data for the template of the basket's page.
 *
 * @param hasPendingOrder whether an order of this basket was sent and got no response
 * @param notice the notice about the change that the visitor has just made
 */
public record BasketPage(
    PricedBasket basket, boolean hasPendingOrder, Optional<BasketNotice> notice) {}
