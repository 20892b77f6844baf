package dev.bookmarket.marketplace.catalogue;

import java.util.Locale;

/**
 * An amount of US dollars, exact to the cent.
 *
 * @param cents the amount in US cents, 0 or more
 */
public record Money(long cents) {
  /** As a visitor reads it, such as {@code $12.99}. */
  @Override
  public String toString() {
    return String.format(Locale.US, "$%,d.%02d", cents / 100, cents % 100);
  }
}
