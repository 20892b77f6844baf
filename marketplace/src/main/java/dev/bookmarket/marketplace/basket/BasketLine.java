package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A book in the basket.
 *
 * @param book its number, 1 or more
 * @param quantity how many of it, 1 to 99
 * @param seen the price of one that the visitor saw last
 */
public record BasketLine(int book, int quantity, Money seen) {
  /** The most of one book. */
  public static final int MAX_QUANTITY = 99;

  private static final Pattern LINE =
      Pattern.compile("([1-9]\\d{0,9})-([1-9]\\d?)-(0|[1-9]\\d{0,9})");

  BasketLine plus(int more, Money seenNow) {
    return new BasketLine(book, Math.min(quantity + more, MAX_QUANTITY), seenNow);
  }

  /** What all of these cost, at the prices that were seen. */
  public static Money totalOf(List<BasketLine> lines) {
    return new Money(lines.stream().mapToLong(line -> line.seen.cents() * line.quantity).sum());
  }

  /** Lines as a text of letters, digits, hyphens and underscores, such as {@code 7-2-1299}. */
  public static String textOf(List<BasketLine> lines) {
    return lines.stream()
        .map(line -> line.book + "-" + line.quantity + "-" + line.seen.cents())
        .collect(Collectors.joining("_"));
  }

  /** The lines of such a text; nothing if it is not exactly one that we would have written. */
  public static Optional<List<BasketLine>> linesIn(String text) {
    var lines = new ArrayList<BasketLine>();
    if (text.isEmpty()) {
      return Optional.of(lines);
    }
    for (var part : text.split("_", -1)) {
      var line = LINE.matcher(part);
      if (!line.matches()) {
        return Optional.empty();
      }
      long book = Long.parseLong(line.group(1));
      if (book > Integer.MAX_VALUE
          || lines.size() == Basket.MAX_LINES
          || lines.stream().anyMatch(other -> other.book == book)) {
        return Optional.empty();
      }
      lines.add(
          new BasketLine(
              (int) book,
              Integer.parseInt(line.group(2)),
              new Money(Long.parseLong(line.group(3)))));
    }
    return Optional.of(lines);
  }
}
