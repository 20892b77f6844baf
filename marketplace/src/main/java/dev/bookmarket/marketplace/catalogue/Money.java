package dev.bookmarket.marketplace.catalogue;

/**
 * An amount of US dollars, exact to the cent.
 *
 * @param cents the amount in US cents, 0 or more
 */
public record Money(long cents) {}
