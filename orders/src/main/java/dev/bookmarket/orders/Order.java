package dev.bookmarket.orders;

import java.time.Instant;

/**
 * An order as it is stored.
 *
 * @param id its own number: unique, unguessable, letters and digits
 * @param purchase what was asked for
 * @param placedAt when it was stored, in whole milliseconds
 */
public record Order(String id, Purchase purchase, Instant placedAt) {}
