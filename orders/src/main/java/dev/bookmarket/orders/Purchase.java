package dev.bookmarket.orders;

import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The content of an order, as the buyer has sent it. Two purchases are equal if all their values
 * are identical.
 *
 * @param buyerId identifies the buyer
 * @param key the idempotency key, which the buyer chooses for this purchase
 * @param recipient the recipient of the delivery
 * @param lines the items, in the sequence in which the buyer sent them; never empty
 */
public record Purchase(String buyerId, String key, Recipient recipient, List<OrderLine> lines) {
  private static final Pattern CLIENT_ID = Pattern.compile("[ -~]{1,64}");
  private static final Pattern PHONE = Pattern.compile("\\+?[0-9]{3,15}");
  private static final int MAX_LINES = 50;
  private static final int MAX_QUANTITY = 99;
  private static final long MAX_CENTS = 100_000_000;

  /** Creates a purchase without validation. */
  public Purchase {
    lines = List.copyOf(lines);
  }

  /**
   * Returns a validated purchase of books.
   *
   * @throws RejectedRequestException INVALID if a value is out of its range
   */
  public static Purchase ofBooks(
      String buyerId, String key, Recipient recipient, List<OrderLine> lines) {
    check(isClientId(buyerId), "buyer_id must be 1 to 64 printable ASCII characters");
    checkKey(key);
    checkText("name", recipient.name(), 100);
    checkPhone(recipient.phone());
    checkText("address", recipient.address(), 500);
    check(
        !lines.isEmpty() && lines.size() <= MAX_LINES,
        "lines must be 1 to %s, but are %s".formatted(MAX_LINES, lines.size()));
    var books = new HashSet<Integer>();
    for (var line : lines) {
      checkLine(line);
      check(
          books.add(line.bookId()),
          "lines must contain each book once, but contain one more often: " + line.bookId());
    }
    return new Purchase(buyerId, key, recipient, lines);
  }

  /**
   * Returns a validated purchase of an amount without a book, for a recipient who has only a phone.
   *
   * @param cents above 0, at most 100,000,000
   * @throws RejectedRequestException INVALID if a value is out of its range
   */
  public static Purchase ofAmount(String buyerId, String key, String phone, long cents) {
    checkKey(key);
    checkPhone(phone);
    check(0 < cents && cents <= MAX_CENTS, "price must be above 0 and at most 1000000");
    return new Purchase(
        buyerId,
        key,
        new Recipient("", phone, ""),
        List.of(new OrderLine(0, "An amount without a book", 1, cents)));
  }

  /** Returns whether the text is a valid buyer id or idempotency key. */
  static boolean isClientId(String text) {
    return CLIENT_ID.matcher(text).matches();
  }

  /** Returns the sum of the lines in US cents. */
  public long totalCents() {
    return lines.stream().mapToLong(OrderLine::totalCents).sum();
  }

  /** Returns a text without personal data. */
  @Override
  public String toString() {
    return "Purchase[of %s lines]".formatted(lines.size());
  }

  private static void checkKey(String key) {
    check(isClientId(key), "idempotency_key must be 1 to 64 printable ASCII characters");
  }

  private static void checkPhone(String phone) {
    check(
        PHONE.matcher(phone).matches(), "phone must be 3 to 15 digits, optionally after one \"+\"");
  }

  private static void checkLine(OrderLine line) {
    check(line.bookId() >= 1, "book_id must be 1 or more, but is " + line.bookId());
    checkText("title", line.title(), 500);
    check(
        1 <= line.quantity() && line.quantity() <= MAX_QUANTITY,
        "quantity must be 1 to %s, but is %s".formatted(MAX_QUANTITY, line.quantity()));
    check(
        0 <= line.unitPriceCents() && line.unitPriceCents() <= MAX_CENTS,
        "unit_price_cents must be 0 to %s, but is %s".formatted(MAX_CENTS, line.unitPriceCents()));
  }

  private static void checkText(String field, String text, int max) {
    check(
        Text.length(text) <= max && Text.isVisible(text),
        "%s must be 1 to %s characters, not blank".formatted(field, max));
    var forbidden = Text.forbiddenCharacter(text);
    check(
        forbidden.isEmpty(),
        String.format(
            Locale.ROOT, "%s must not contain the character U+%04X", field, forbidden.orElse(0)));
  }

  private static void check(boolean valid, String message) {
    if (!valid) {
      throw RejectedRequestException.invalid(message);
    }
  }
}
