package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.orders.OrderLine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A basket with the current data of its books. Immutable. */
public record PricedBasket(List<PricedLine> lines) {
  /** Returns the price of all available books. */
  public Money total() {
    return new Money(lines.stream().mapToLong(line -> line.total().cents()).sum());
  }

  /** Returns whether a book is no longer in the catalogue; then nothing can be ordered. */
  public boolean hasUnavailableBook() {
    return lines.stream().anyMatch(PricedLine::isUnavailable);
  }

  /** Returns whether the basket has books and all of them are available. */
  public boolean isOrderable() {
    return !lines.isEmpty() && !hasUnavailableBook();
  }

  /** Returns whether a price differs from the one that the visitor saw last. */
  public boolean hasChangedPrices() {
    return lines.stream().anyMatch(PricedLine::hasChangedPrice);
  }

  /** Returns the current prices by book number. */
  public Map<Integer, Money> prices() {
    return lines.stream().collect(Collectors.toMap(PricedLine::bookId, PricedLine::price));
  }

  /** Returns the lines of an order of this basket, which must be orderable. */
  public List<OrderLine> toOrderLines() {
    return lines.stream().map(PricedLine::toOrderLine).toList();
  }
}
