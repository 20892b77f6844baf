package dev.bookmarket.orders;

/**
 * One line of an order.
 *
 * @param bookId the book's number in the catalogue, 1 or more; 0 for an amount without a book
 * @param title the book's title when it was bought; not blank
 * @param quantity how many, 1 to 99
 * @param unitPriceCents the price of one in US cents, 0 to 100,000,000
 */
public record OrderLine(int bookId, String title, int quantity, long unitPriceCents) {
  /** The price of all of them in US cents. */
  public long totalCents() {
    return quantity * unitPriceCents;
  }
}
