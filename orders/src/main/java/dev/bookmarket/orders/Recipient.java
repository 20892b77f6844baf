package dev.bookmarket.orders;

/**
 * The recipient of an order. It is personal data, so {@link #toString} omits it.
 *
 * @param name the person's name; empty if only the phone is known
 * @param phone 3 to 15 digits, optionally after one "+"
 * @param address the delivery address; empty if only the phone is known
 */
public record Recipient(String name, String phone, String address) {
  @Override
  public String toString() {
    return "Recipient[hidden]";
  }
}
