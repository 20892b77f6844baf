package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.orders.OrderLine;
import java.util.Optional;

/**
 * A book in the basket with its current data.
 *
 * @param book empty if the book is no longer in the catalogue
 */
public record PricedLine(BasketLine line, Optional<Book> book) {
  /** Returns the book's number. */
  public int bookId() {
    return line.bookId();
  }

  /** Returns the number of copies. */
  public int quantity() {
    return line.quantity();
  }

  /** Returns whether the book is no longer in the catalogue. */
  public boolean isUnavailable() {
    return book.isEmpty();
  }

  /** Returns the current price of one copy; the last seen price if the book is unavailable. */
  public Money price() {
    return book.map(Book::price).orElse(line.lastSeenPrice());
  }

  /** Returns the price of all copies; 0 if the book is unavailable. */
  public Money total() {
    return new Money(isUnavailable() ? 0 : price().cents() * quantity());
  }

  OrderLine toOrderLine() {
    return new OrderLine(bookId(), book.orElseThrow().title(), quantity(), price());
  }

  /** Returns whether the price differs from the one that the visitor saw last. */
  public boolean hasChangedPrice() {
    return !price().equals(line.lastSeenPrice());
  }
}
