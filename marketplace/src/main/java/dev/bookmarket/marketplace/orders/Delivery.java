package dev.bookmarket.marketplace.orders;

/**
 * Whom to deliver to, and where. Never shows itself in a log.
 *
 * @param name 1 to 100 characters; empty only in orders that were not placed in the shop
 * @param phone 3 to 15 digits, optionally after one plus sign
 * @param address 1 to 500 characters, of several lines maybe; empty like the name
 */
public record Delivery(String name, String phone, String address) {
  @Override
  public String toString() {
    return "Delivery";
  }
}
