package dev.bookmarket.orders;

import java.time.Instant;

/**
 * A stored order.
 *
 * @param id unique and unguessable; 20 lower-case letters and digits
 * @param purchase what the buyer ordered
 * @param placedAt when the order was stored, in whole milliseconds
 */
public record Order(String id, Purchase purchase, Instant placedAt) {}
