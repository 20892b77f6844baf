package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderLine;
import dev.bookmarket.marketplace.orders.RandomId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a visitor means to buy. Immutable.
 *
 * @param key under which it will be ordered; stays the same until an order under it is confirmed
 * @param unsettled whether an attempt to order under that key got no answer
 * @param lines 0 to 50 of them, no book twice, in the order in which they were put in
 */
public record Basket(String key, boolean unsettled, List<BasketLine> lines) {
  /** The most lines. */
  public static final int MAX_LINES = 50;

  private static final Pattern TEXT =
      Pattern.compile("1\\.(" + RandomId.SHAPE + ")\\.([ou])\\.(.*)\\.");

  /** A basket with nothing in it, and a key that no order has. */
  public static Basket empty() {
    return new Basket(RandomId.next(), false, List.of());
  }

  /** Whether nothing is in it. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Whether it has no room for another book. */
  public boolean isFull() {
    return lines.size() >= MAX_LINES;
  }

  /** How many books are in it, copies counted. */
  public int items() {
    return lines.stream().mapToInt(BasketLine::quantity).sum();
  }

  /** The numbers of its books. */
  public List<Integer> books() {
    return lines.stream().map(BasketLine::book).toList();
  }

  /** How many of that book are in it. */
  public int quantityOf(int book) {
    return lines.stream().filter(line -> line.book() == book).mapToInt(BasketLine::quantity).sum();
  }

  /**
   * The basket with so many more of a book, up to 99.
   *
   * @throws IllegalStateException if it is full and the book is not in it
   */
  public Basket plus(int book, int quantity, Money seen) {
    if (quantityOf(book) > 0) {
      return with(each(book, line -> line.plus(quantity, seen)));
    }
    if (isFull()) {
      throw new IllegalStateException("a full basket takes no other book");
    }
    var line = new BasketLine(book, quantity, seen);
    return with(Stream.concat(lines.stream(), Stream.of(line)).toList());
  }

  /** The basket with so many of a book, if it is in there. */
  public Basket withQuantity(int book, int quantity) {
    return with(each(book, line -> new BasketLine(book, quantity, line.seen())));
  }

  /** The basket without that book. */
  public Basket without(int book) {
    return with(lines.stream().filter(line -> line.book() != book).toList());
  }

  /** The basket of a visitor who has seen these prices, by book. */
  public Basket seen(Map<Integer, Money> prices) {
    return with(
        lines.stream()
            .map(
                line ->
                    new BasketLine(
                        line.book(),
                        line.quantity(),
                        prices.getOrDefault(line.book(), line.seen())))
            .toList());
  }

  /** The basket after an attempt to order it that got no answer. */
  public Basket unanswered() {
    return new Basket(key, true, lines);
  }

  /** What is left of the basket without the copies that were ordered, under a new key. */
  public Basket rest(Order order) {
    var ordered = quantitiesOf(order);
    return new Basket(
        RandomId.next(),
        false,
        lines.stream()
            .map(
                line ->
                    new BasketLine(
                        line.book(),
                        line.quantity() - ordered.getOrDefault(line.book(), 0),
                        line.seen()))
            .filter(line -> line.quantity() > 0)
            .toList());
  }

  /** Whether the order is of exactly these books, in these quantities; prices apart. */
  public static boolean isAllOf(List<BasketLine> lines, Order order) {
    return lines.stream()
        .collect(Collectors.toMap(BasketLine::book, BasketLine::quantity))
        .equals(quantitiesOf(order));
  }

  /**
   * The basket as a text for {@link #in}, of at most 1,300 characters that a cookie may have. Its
   * end is marked, so that a text that was cut off is none.
   */
  String text() {
    return "1." + key + (unsettled ? ".u." : ".o.") + BasketLine.textOf(lines) + ".";
  }

  /** The basket of such a text; nothing if it is not exactly one that we would have written. */
  static Optional<Basket> in(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return BasketLine.linesIn(parts.group(3))
        .map(lines -> new Basket(parts.group(1), parts.group(2).equals("u"), List.copyOf(lines)));
  }

  private static Map<Integer, Integer> quantitiesOf(Order order) {
    return order.lines().stream()
        .collect(Collectors.toMap(OrderLine::book, OrderLine::quantity, Integer::sum));
  }

  private List<BasketLine> each(int book, UnaryOperator<BasketLine> change) {
    return lines.stream().map(line -> line.book() == book ? change.apply(line) : line).toList();
  }

  private Basket with(List<BasketLine> changed) {
    return new Basket(key, unsettled, changed);
  }
}
