package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.Money;
import java.util.Optional;

/**
 * A book in the basket, as the catalogue has it now.
 *
 * @param book nothing if it has left the catalogue
 */
public record PricedLine(BasketLine line, Optional<Book> book) {
  /** The book's number. */
  public int id() {
    return line.book();
  }

  /** How many of it. */
  public int quantity() {
    return line.quantity();
  }

  /** Whether it has left the catalogue, and cannot be bought any more. */
  public boolean gone() {
    return book.isEmpty();
  }

  /** The price of one; the last that was seen if the book is gone. */
  public Money price() {
    return book.map(Book::price).orElse(line.seen());
  }

  /** The price of all of it; nothing if the book is gone. */
  public Money sum() {
    return new Money(gone() ? 0 : price().cents() * quantity());
  }

  /** Whether the price is another than the visitor saw last. */
  public boolean repriced() {
    return !price().equals(line.seen());
  }

  /** The line of a visitor who has seen the price of now. */
  public BasketLine seen() {
    return new BasketLine(line.book(), line.quantity(), price());
  }
}
