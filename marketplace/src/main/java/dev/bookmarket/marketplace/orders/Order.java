package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.Message;
import java.time.Instant;
import java.util.List;

/**
 * An order as it is stored.
 *
 * @param id its number, letters and digits
 * @param key the key it was placed with
 * @param lines what was bought, never empty
 * @param total the sum of the lines
 * @param placedAt when it was stored
 */
public record Order(
    String id,
    String key,
    Delivery delivery,
    List<OrderLine> lines,
    Money total,
    Instant placedAt) {
  /** What was bought, in a few words, such as {@code Dune and 2 other books}. */
  public Message contents() {
    return Message.of("orders.and-others", lines.size() - 1, lines.get(0).title(), lines.size());
  }

  /** How many books were bought, copies counted. */
  public int items() {
    return lines.stream().mapToInt(OrderLine::quantity).sum();
  }
}
