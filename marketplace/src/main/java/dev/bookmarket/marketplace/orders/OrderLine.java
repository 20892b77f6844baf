package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.catalogue.Money;

/**
 * One line of an order.
 *
 * @param bookId the book's number; 0 for an amount without a book
 * @param title the title when it was ordered, never empty
 * @param quantity the number of copies, 1 to 99
 * @param price the price of one copy when it was ordered
 */
public record OrderLine(int bookId, String title, int quantity, Money price) {
  /** Returns the price of all copies. */
  public Money total() {
    return new Money(price.cents() * quantity);
  }
}
