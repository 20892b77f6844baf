package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
  @Test
  void computes_the_digest_of_the_test_vector() {
    assertThat(HexFormat.of().formatHex(Sha256.digest("abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void encodes_text_in_utf_8() {
    assertThat(Sha256.digest("\u00fc"))
        .isEqualTo(Sha256.digest("\u00fc".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void the_short_form_has_ten_hexadecimal_digits() {
    assertThat(Sha256.shortHex(Sha256.digest("abc"))).isEqualTo("ba7816bf8f");
  }
}
