package dev.bookmarket.orders;

/**
 * To whom an order goes: personal data, which its text form therefore does not show.
 *
 * @param name the person's name; empty where there is only a phone
 * @param phone 3 to 15 digits, optionally after one "+"
 * @param address where to deliver to; empty where there is only a phone
 */
public record Recipient(String name, String phone, String address) {
  @Override
  public String toString() {
    return "Recipient[hidden]";
  }
}
