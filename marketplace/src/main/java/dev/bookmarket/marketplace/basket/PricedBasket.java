package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.Money;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is in a basket, as the catalogue has it now. */
public record PricedBasket(List<PricedLine> lines) {
  /** These lines with these books, by number; a book that is missing there has gone. */
  public static PricedBasket of(List<BasketLine> lines, Map<Integer, Book> books) {
    return new PricedBasket(
        lines.stream()
            .map(line -> new PricedLine(line, Optional.ofNullable(books.get(line.book()))))
            .toList());
  }

  /** The price of all that can be bought. */
  public Money total() {
    return new Money(lines.stream().mapToLong(line -> line.sum().cents()).sum());
  }

  /** Whether a book has left the catalogue; then none of it can be ordered. */
  public boolean someGone() {
    return lines.stream().anyMatch(PricedLine::gone);
  }

  /** Whether there is nothing in it, or something that cannot be bought. */
  public boolean cannotBeOrdered() {
    return lines.isEmpty() || someGone();
  }

  /** Whether a price is another than the visitor saw last. */
  public boolean someRepriced() {
    return lines.stream().anyMatch(PricedLine::repriced);
  }

  /** The prices of now, by book. */
  public Map<Integer, Money> prices() {
    return lines.stream().collect(Collectors.toMap(PricedLine::id, PricedLine::price));
  }

  /** The lines of a visitor who has seen the prices of now. */
  public List<BasketLine> seen() {
    return lines.stream().map(PricedLine::seen).toList();
  }
}
