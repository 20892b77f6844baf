package dev.bookmarket.marketplace.orders;

/**
 * The recipient and address of an order. It is personal data, so {@link #toString} omits it.
 *
 * @param name 1 to 100 characters; empty only in orders that were not placed in the shop
 * @param phone 3 to 15 digits after an optional plus sign
 * @param address 1 to 500 characters in one or more lines; empty like the name
 */
public record Delivery(String name, String phone, String address) {
  @Override
  public String toString() {
    return "Delivery";
  }
}
