package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.Message;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stored order.
 *
 * @param id the order number, letters and digits
 * @param key the idempotency key that it was placed with
 * @param lines what was ordered, never empty
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
  /** Returns a summary of the lines, such as {@code Dune and 2 other books}. */
  public Message contents() {
    return Message.of("orders.and-others", lines.size() - 1, lines.get(0).title(), lines.size());
  }

  /** Returns the quantities by book number. */
  public Map<Integer, Integer> quantities() {
    return lines.stream()
        .collect(Collectors.toMap(OrderLine::bookId, OrderLine::quantity, Integer::sum));
  }
}
