package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A book in the basket.
 *
 * @param bookId the book's number, 1 or more
 * @param quantity the number of copies, 1 to 99
 * @param lastSeenPrice the price of one copy that the visitor saw last
 */
public record BasketLine(int bookId, int quantity, Money lastSeenPrice) {
  /** The maximum number of copies of one book. */
  public static final int MAX_QUANTITY = 99;

  private static final Pattern FORMAT =
      Pattern.compile("([1-9]\\d{0,9})-([1-9]\\d?)-(0|[1-9]\\d{0,9})");

  BasketLine withQuantity(int changed) {
    return new BasketLine(bookId, changed, lastSeenPrice);
  }

  BasketLine withLastSeenPrice(Money changed) {
    return new BasketLine(bookId, quantity, changed);
  }

  /** Returns the quantities by book number. */
  public static Map<Integer, Integer> quantities(List<BasketLine> lines) {
    return lines.stream().collect(Collectors.toMap(BasketLine::bookId, BasketLine::quantity));
  }

  /** Returns the sum of the lines at the prices that the visitor saw last. */
  public static Money total(List<BasketLine> lines) {
    return new Money(
        lines.stream().mapToLong(line -> line.lastSeenPrice.cents() * line.quantity).sum());
  }

  /** Formats lines as letters, digits, hyphens and underscores, such as {@code 7-2-1299}. */
  public static String format(List<BasketLine> lines) {
    return lines.stream()
        .map(line -> line.bookId + "-" + line.quantity + "-" + line.lastSeenPrice.cents())
        .collect(Collectors.joining("_"));
  }

  /** Parses a text of {@link #format}; returns empty if it is invalid. */
  public static Optional<List<BasketLine>> parse(String text) {
    var lines = new ArrayList<BasketLine>();
    for (var part : text.isEmpty() ? new String[0] : text.split("_", -1)) {
      var line = FORMAT.matcher(part);
      if (!line.matches() || Long.parseLong(line.group(1)) > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      lines.add(
          new BasketLine(
              Integer.parseInt(line.group(1)),
              Integer.parseInt(line.group(2)),
              new Money(Long.parseLong(line.group(3)))));
    }
    boolean distinct = lines.stream().map(BasketLine::bookId).distinct().count() == lines.size();
    return distinct && lines.size() <= Basket.MAX_LINES
        ? Optional.of(List.copyOf(lines))
        : Optional.empty();
  }
}
