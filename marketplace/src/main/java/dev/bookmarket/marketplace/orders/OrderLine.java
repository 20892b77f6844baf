package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.catalogue.Money;

/**
 * One line of an order.
 *
 * @param book the book's number; 0 for an amount without a book
 * @param title of the book when it was bought, never empty
 * @param quantity how many, 1 to 99
 * @param price of one when it was bought
 */
public record OrderLine(int book, String title, int quantity, Money price) {
  /** The price of all of it. */
  public Money sum() {
    return new Money(price.cents() * quantity);
  }
}
