package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.orders.Delivery;
import dev.bookmarket.runtime.Text;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom and where to deliver to, as it was typed, and what is wrong with it. There is no error where
 * nothing is. Never shows itself in a log.
 */
public record DeliveryForm(String name, String phone, String address) {
  private static final int MAX_NAME = 100;
  private static final int MAX_ADDRESS = 500;

  /** White space, format characters, dashes and the usual separators. */
  private static final Pattern NOT_OF_A_NUMBER =
      Pattern.compile(
          "[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Pd}~().,/\\x{2044}\\x{2212}\\x{2215}\\x{B7}\\x{2022}"
              + "\\x{30FB}\\x{30FC}\\x{FE00}-\\x{FE0F}]+");

  /** A form in which nothing was typed. */
  static DeliveryForm blank() {
    return new DeliveryForm("", "", "");
  }

  /** What is wrong with the name. */
  public Optional<Message> nameError() {
    if (!Text.isVisible(plainName())) {
      return Optional.of(Message.of("checkout.name.missing"));
    }
    return Text.length(plainName()) > MAX_NAME
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
    if (!Text.isVisible(plainAddress())) {
      return Optional.of(Message.of("checkout.address.missing"));
    }
    return Text.length(plainAddress()) > MAX_ADDRESS
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
    return Text.oneLine(name);
  }

  /**
   * Returns the phone without what people write between digits, and what phones and documents add
   * when a number is copied: compatibility forms such as full-width digits, characters that only
   * control the display, and "tel:".
   */
  private String plainPhone() {
    var plain = Text.normalize(phone, Normalizer.Form.NFKC);
    return NOT_OF_A_NUMBER.matcher(plain).replaceAll("").replaceFirst("^(?i)tel:", "");
  }

  /** A browser ends the lines of a text with two characters, of which the visitor typed one. */
  private String plainAddress() {
    return Text.lines(address);
  }
}
