package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {
  @Test
  void a_token_contains_its_position() {
    assertThat(decode(encode("list", 7), "list")).contains(7);
  }

  @Test
  void rejects_the_token_of_another_list() {
    assertThat(decode(encode("list", 7), "other list")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "AAAA", "!", "====", "\u00e9", "AAAACgAAAAAAAAAA"})
  void rejects_a_text_that_is_not_a_token(String text) {
    assertThat(decode(text, "list")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"list, 5b8fa766ded071a7", "b\u00fccher, f6ad20a1c34aba3f"})
  void the_digest_is_the_start_of_sha_256_of_the_text_in_utf_8(String list, String digest) {
    assertThat(HexFormat.of().formatHex(PageToken.digest(list, 7))).isEqualTo(digest);
  }

  private static String encode(String list, int position) {
    return PageToken.of(
        ByteBuffer.allocate(Integer.BYTES + PageToken.DIGEST_BYTES)
            .putInt(position)
            .put(PageToken.digest(list, position)));
  }

  private static Optional<Integer> decode(String token, String list) {
    return PageToken.decode(token, ByteBuffer::getInt, position -> encode(list, position));
  }
}
