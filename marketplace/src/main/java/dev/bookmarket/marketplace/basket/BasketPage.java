package dev.bookmarket.marketplace.basket;

import java.util.Optional;

/**
 * All that the template of the basket's page may read.
 *
 * @param unsettled whether an order of this basket may be under way
 * @param news what there is to say about the change that led to this page
 */
public record BasketPage(PricedBasket basket, boolean unsettled, Optional<BasketNotice> notice) {}
