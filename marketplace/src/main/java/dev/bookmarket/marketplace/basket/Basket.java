package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.RandomId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The books that a visitor wants to buy. Immutable.
 *
 * @param key the idempotency key of the order; does not change until an order with it is confirmed
 * @param hasPendingOrder whether an order with this key was sent and got no response
 * @param lines 0 to 50 lines, each with a different book, in the order in which they were added
 */
public record Basket(String key, boolean hasPendingOrder, List<BasketLine> lines) {
  /** The maximum number of lines. */
  public static final int MAX_LINES = 50;

  private static final Pattern FORMAT =
      Pattern.compile("1\\.(" + RandomId.FORMAT + ")\\.([ou])\\.(.*)\\.");

  /** Returns an empty basket with a new key. */
  public static Basket empty() {
    return new Basket(RandomId.next(), false, List.of());
  }

  /** Returns whether the basket has no lines. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Returns whether the basket has the maximum number of lines. */
  public boolean isFull() {
    return lines.size() >= MAX_LINES;
  }

  /** Returns the sum of the quantities. */
  public int items() {
    return lines.stream().mapToInt(BasketLine::quantity).sum();
  }

  /** Returns the book numbers. */
  public List<Integer> bookIds() {
    return lines.stream().map(BasketLine::bookId).toList();
  }

  /** Returns the quantity of a book; 0 if it is not in the basket. */
  public int quantityOf(int bookId) {
    return BasketLine.quantities(lines).getOrDefault(bookId, 0);
  }

  /**
   * Returns the basket with more copies of a book, at most 99.
   *
   * @throws IllegalStateException if the basket is full and does not contain the book
   */
  public Basket plus(int bookId, int quantity, Money lastSeenPrice) {
    int before = quantityOf(bookId);
    var line =
        new BasketLine(bookId, Math.min(before + quantity, BasketLine.MAX_QUANTITY), lastSeenPrice);
    if (before > 0) {
      return mapLines(old -> old.bookId() == bookId ? line : old);
    }
    if (isFull()) {
      throw new IllegalStateException("the basket is full");
    }
    return withLines(Stream.concat(lines.stream(), Stream.of(line)).toList());
  }

  /**
   * Returns the basket with another quantity of a book; unchanged if it does not contain the book.
   */
  public Basket withQuantity(int bookId, int quantity) {
    return mapLines(line -> line.bookId() == bookId ? line.withQuantity(quantity) : line);
  }

  /** Returns the basket without a book. */
  public Basket without(int bookId) {
    return withLines(lines.stream().filter(line -> line.bookId() != bookId).toList());
  }

  /** Returns the basket with other prices that the visitor saw last, by book number. */
  public Basket withLastSeenPrices(Map<Integer, Money> prices) {
    return mapLines(
        line -> line.withLastSeenPrice(prices.getOrDefault(line.bookId(), line.lastSeenPrice())));
  }

  /** Returns the basket with the mark that an order with its key was sent and got no response. */
  public Basket withPendingOrder() {
    return new Basket(key, true, lines);
  }

  /**
   * Returns the basket after an order was confirmed: unchanged if the order has another key, else
   * the copies that were not ordered, with a new key.
   */
  public Basket after(Order order) {
    if (!order.key().equals(key)) {
      return this;
    }
    var ordered = order.quantities();
    return new Basket(
        RandomId.next(),
        false,
        lines.stream()
            .map(
                line -> line.withQuantity(line.quantity() - ordered.getOrDefault(line.bookId(), 0)))
            .filter(line -> line.quantity() > 0)
            .toList());
  }

  /**
   * Returns the basket with current data; a book that {@code books} does not have is unavailable.
   */
  public PricedBasket withCurrentPrices(Map<Integer, Book> books) {
    return new PricedBasket(
        lines.stream()
            .map(line -> new PricedLine(line, Optional.ofNullable(books.get(line.bookId()))))
            .toList());
  }

  /**
   * Returns the basket as a cookie value of at most 1,300 characters, for {@link #parse}. The
   * letter "u" marks a pending order. The final full stop makes a truncated value invalid.
   */
  String format() {
    return "1." + key + (hasPendingOrder ? ".u." : ".o.") + BasketLine.format(lines) + ".";
  }

  /** Parses a value of {@link #format}; returns empty if it is invalid. */
  static Optional<Basket> parse(String text) {
    var parts = FORMAT.matcher(text);
    return parts.matches()
        ? BasketLine.parse(parts.group(3))
            .map(lines -> new Basket(parts.group(1), parts.group(2).equals("u"), lines))
        : Optional.empty();
  }

  private Basket mapLines(UnaryOperator<BasketLine> change) {
    return withLines(lines.stream().map(change).toList());
  }

  private Basket withLines(List<BasketLine> changed) {
    return new Basket(key, hasPendingOrder, List.copyOf(changed));
  }
}
