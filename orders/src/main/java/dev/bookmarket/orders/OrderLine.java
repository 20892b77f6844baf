package dev.bookmarket.orders;

/**
 * One line of an order.
 *
 * @param bookId the id of the book in the catalogue, 1 or more; 0 for an amount without a book
 * @param title the title of the book when it was bought; not blank
 * @param quantity the number of copies, 1 to 99
 * @param unitPriceCents the price of one copy in US cents, 0 to 100,000,000
 */
public record OrderLine(int bookId, String title, int quantity, long unitPriceCents) {
  /** Returns the price of all copies in US cents. */
  public long totalCents() {
    return quantity * unitPriceCents;
  }
}
