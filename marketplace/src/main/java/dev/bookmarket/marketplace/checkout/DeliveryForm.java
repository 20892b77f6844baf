package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.orders.Delivery;
import dev.bookmarket.runtime.Text;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The recipient and address as the visitor entered them. It is personal data, so {@link #toString}
 * omits it.
 */
public record DeliveryForm(String name, String phone, String address) {
  private static final int MAX_NAME = 100;
  private static final int MAX_ADDRESS = 500;

  /** White space, format characters, dashes and common separators. */
  private static final Pattern SEPARATORS =
      Pattern.compile(
          "[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Pd}~().,/\\x{2044}\\x{2212}\\x{2215}\\x{B7}\\x{2022}"
              + "\\x{30FB}\\x{30FC}\\x{FE00}-\\x{FE0F}]+");

  /** The zero in "+44 (0)20 7946 0958", which is dialled only inside the country. */
  private static final Pattern NATIONAL_ZERO =
      Pattern.compile("\\([\\s\\p{Z}\\p{Cf}]*0[\\s\\p{Z}\\p{Cf}]*\\)");

  /** A number with a country code, but not of Italy, where callers from abroad dial the zero. */
  private static final Pattern INTERNATIONAL = Pattern.compile("(?:\\+|00)(?!39).*");

  /** Returns the error of each invalid field, by field name, in the order of the fields. */
  Map<String, Message> errors() {
    var errors = new LinkedHashMap<String, Message>();
    var delivery = delivery();
    checkText(errors, "name", delivery.name(), MAX_NAME);
    if (delivery.phone().isEmpty()) {
      errors.put("phone", Message.of("checkout.phone.missing"));
    } else if (!delivery.phone().matches("\\+?[0-9]{3,15}")) {
      errors.put("phone", Message.of("checkout.phone.invalid"));
    }
    checkText(errors, "address", delivery.address(), MAX_ADDRESS);
    return errors;
  }

  /** Returns the normalized content, which is valid only if no field has an error. */
  Delivery delivery() {
    return new Delivery(Text.oneLine(name), normalizedPhone(), Text.lines(address));
  }

  @Override
  public String toString() {
    return "DeliveryForm";
  }

  private static void checkText(
      Map<String, Message> errors, String field, String text, int maxLength) {
    if (!Text.isVisible(text)) {
      errors.put(field, Message.of("checkout." + field + ".missing"));
    } else if (Text.length(text) > maxLength) {
      errors.put(field, Message.of("checkout." + field + ".long", maxLength));
    }
  }

  /**
   * Removes separators between digits and what phones and documents add to a copied number:
   * compatibility forms such as full-width digits, invisible control characters, "tel:", and the
   * national zero after a country code.
   */
  private String normalizedPhone() {
    var plain = Text.normalize(phone, Normalizer.Form.NFKC);
    var number = withoutSeparators(plain);
    return INTERNATIONAL.matcher(number).matches()
        ? withoutSeparators(NATIONAL_ZERO.matcher(plain).replaceFirst(""))
        : number;
  }

  private static String withoutSeparators(String phone) {
    return SEPARATORS.matcher(phone).replaceAll("").replaceFirst("^(?i)tel:", "");
  }
}
