package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.RejectedRequestException;
import org.junit.jupiter.api.Test;

class OrderCursorTest {
  private static final OrderCursor POSITION =
      new OrderCursor(1_700_000_000_000L, "0123456789abcdefghjk");

  /** Clients keep tokens while a new release is deployed. */
  private static final String TOKEN = "kct9zoM_Q3YAAAGLz-VoADAxMjM0NTY3ODlhYmNkZWZnaGpr";

  @Test
  void the_token_is_the_same_in_every_process_and_release() {
    assertThat(POSITION.toToken("buyer")).isEqualTo(TOKEN);
  }

  @Test
  void a_token_contains_its_position() {
    assertThat(OrderCursor.fromToken(TOKEN, "buyer")).isEqualTo(POSITION);
  }

  @Test
  void rejects_every_token_with_one_character_changed() {
    for (int i = 0; i < TOKEN.length(); i++) {
      var changed = new StringBuilder(TOKEN);
      changed.setCharAt(i, TOKEN.charAt(i) == 'A' ? 'B' : 'A');
      assertRejected(changed.toString(), "buyer");
    }
  }

  @Test
  void rejects_the_token_of_another_buyer() {
    assertRejected(TOKEN, "buyer2");
  }

  private static void assertRejected(String token, String buyerId) {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> OrderCursor.fromToken(token, buyerId))
        .withMessage(
            "page_token is not one of this buyer's lists; leave it empty for the first page");
  }
}
