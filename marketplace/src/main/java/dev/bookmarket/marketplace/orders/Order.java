package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.catalogue.Money;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

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
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** When it was stored, as a visitor reads it, such as {@code 9 May 2026, 17:15 UTC}. */
  public String placed() {
    return TIME.format(placedAt);
  }

  /** How many books were bought, copies counted. */
  public int items() {
    return lines.stream().mapToInt(OrderLine::quantity).sum();
  }
}
