package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.orders.Delivery;
import java.util.Optional;

/**
 * Whom and where to deliver to, as it was typed, and what is wrong with it. There is no error where
 * nothing is. Never shows itself in a log.
 */
public record DeliveryForm(String name, String phone, String address) {
  private static final int MAX_NAME = 100;
  private static final int MAX_ADDRESS = 500;

  /** A form in which nothing was typed. */
  static DeliveryForm blank() {
    return new DeliveryForm("", "", "");
  }

  /** What is wrong with the name. */
  public Optional<Message> nameError() {
    if (isBlank(plainName())) {
      return Optional.of(Message.of("checkout.name.missing"));
    }
    return length(plainName()) > MAX_NAME
        ? Optional.of(Message.of("checkout.name.long", MAX_NAME))
        : Optional.empty();
  }

  /** What is wrong with the phone. */
  public Optional<Message> phoneError() {
    if (plainPhone().isEmpty()) {
      return Optional.of(Message.of("checkout.phone.missing"));
    }
    return plainPhone().matches("\\+?[0-9]{3,15}")
        ? Optional.empty()
        : Optional.of(Message.of("checkout.phone.wrong"));
  }

  /** What is wrong with the address. */
  public Optional<Message> addressError() {
    if (isBlank(plainAddress())) {
      return Optional.of(Message.of("checkout.address.missing"));
    }
    return length(plainAddress()) > MAX_ADDRESS
        ? Optional.of(Message.of("checkout.address.long", MAX_ADDRESS))
        : Optional.empty();
  }

  /** Whether nothing is wrong. */
  public boolean isValid() {
    return nameError().isEmpty() && phoneError().isEmpty() && addressError().isEmpty();
  }

  /** What it says; only a valid form's can be ordered with. */
  Delivery delivery() {
    return new Delivery(plainName(), plainPhone(), plainAddress());
  }

  @Override
  public String toString() {
    return "DeliveryForm";
  }

  private String plainName() {
    return name.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  /** Without what people put between digits. */
  private String plainPhone() {
    return phone.replaceAll("[\\s\\p{Zs}().\\p{Pd}]+", "");
  }

  /** A browser ends the lines of a text with two characters, of which the visitor typed one. */
  private String plainAddress() {
    return address.replace("\r\n", "\n").replaceAll("[\\p{Cntrl}&&[^\\n]]+", " ").strip();
  }

  /** Also where there is something that nobody sees, such as a space that does not break. */
  private static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.getType(c) == Character.FORMAT);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
