package dev.bookmarket.marketplace.basket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.orders.Delivery;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the basket and its format in the cookie. */
class BasketTest {
  private static final String KEY = "abcdefghijklmnopqrst_-";

  @Test
  void is_equal_after_formatting_and_parsing() {
    var basket =
        new Basket(
            KEY,
            true,
            List.of(
                new BasketLine(Integer.MAX_VALUE, 99, new Money(Integer.MAX_VALUE)),
                new BasketLine(1, 1, new Money(0))));

    assertThat(Basket.parse(basket.format())).contains(basket);
    assertThat(Basket.parse(Basket.empty().format())).isPresent();
  }

  @Test
  void always_fits_into_a_cookie() {
    var basket = Basket.empty();
    for (int i = 0; i < Basket.MAX_LINES; i++) {
      basket = basket.plus(Integer.MAX_VALUE - i, 99, new Money(Integer.MAX_VALUE));
    }

    assertThat(basket.format()).hasSizeLessThan(1_300).matches("[A-Za-z0-9._-]+");
    assertThat(Basket.parse(basket.format())).contains(basket);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1." + KEY + ".o",
        "2." + KEY + ".o.7-2-1299.",
        "1.short.o.7-2-1299.",
        "1." + KEY + ".x.7-2-1299.",
        "1." + KEY + ".o.7-2.",
        "1." + KEY + ".o.7-2-1299_.",
        "1." + KEY + ".o._7-2-1299.",
        "1." + KEY + ".o.7-2-1299_7-1-1299.",
        "1." + KEY + ".o.7-0-1299.",
        "1." + KEY + ".o.7-100-1299.",
        "1." + KEY + ".o.07-2-1299.",
        "1." + KEY + ".o.7-2-01299.",
        "1." + KEY + ".o.0-2-1299.",
        "1." + KEY + ".o.-7-2-1299.",
        "1." + KEY + ".o.2147483648-2-1299.",
        "1." + KEY + ".o.7-2-99999999999.",
        "1." + KEY + ".o.٧-2-1299.",
        "1." + KEY + ".o.7-2-1299.\n",
        "1." + KEY + ".o.7-2-1299"
      })
  void does_not_parse_an_invalid_text(String text) {
    assertThat(Basket.parse(text)).isEmpty();
  }

  @Test
  void does_not_parse_a_text_with_51_lines() {
    var lines = new StringBuilder("1-1-1");
    for (int book = 2; book <= 51; book++) {
      lines.append('_').append(book).append("-1-1");
    }

    assertThat(Basket.parse("1." + KEY + ".o." + lines + ".")).isEmpty();
  }

  @Test
  void adds_up_the_copies_of_a_book_to_at_most_99() {
    var basket = Basket.empty().plus(7, 60, new Money(100)).plus(7, 60, new Money(90));

    assertThat(basket.lines()).containsExactly(new BasketLine(7, 99, new Money(90)));
    assertThat(basket.items()).isEqualTo(99);
  }

  @Test
  void keeps_its_key_when_its_content_changes() {
    var basket = Basket.empty();

    var changed =
        basket
            .plus(7, 1, new Money(100))
            .withQuantity(7, 2)
            .withLastSeenPrices(Map.of(7, new Money(90)))
            .withPendingOrder()
            .without(7);

    assertThat(changed.key()).isEqualTo(basket.key());
  }

  @Test
  void removes_what_was_ordered_and_gets_a_new_key_after_an_order() {
    var price = new Money(100);
    var basket =
        Basket.empty().plus(7, 5, price).plus(8, 2, price).plus(9, 1, price).withPendingOrder();

    var rest = basket.after(orderOf(basket.key(), 7, 2, 8, 3, 6, 1));

    assertThat(rest.lines())
        .containsExactly(new BasketLine(7, 3, price), new BasketLine(9, 1, price));
    assertThat(rest.key()).isNotEqualTo(basket.key());
    assertThat(rest.hasPendingOrder()).isFalse();
  }

  /** Returns an order of these books, each followed by its quantity. */
  private static Order orderOf(String key, int... booksAndQuantities) {
    var lines = new ArrayList<OrderLine>();
    for (int i = 0; i < booksAndQuantities.length; i += 2) {
      var book = booksAndQuantities[i];
      lines.add(new OrderLine(book, "Title " + book, booksAndQuantities[i + 1], new Money(100)));
    }
    return new Order(
        "order1", key, new Delivery("Ada", "123", "1 Main"), lines, new Money(600), Instant.EPOCH);
  }
}
