package dev.bookmarket.marketplace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Utf8WriterTest {
  private static final String TEXT = "<b>Æ 中文 📚 &amp;</b>";

  private final Utf8Writer writer = new Utf8Writer(1, new Placeholders());

  @Test
  void encodes_text_that_is_written_in_any_parts() {
    for (int i = 0; i < TEXT.length(); i++) { // also each half of a surrogate pair
      writer.write(TEXT.charAt(i));
      writer.write(TEXT, 0, i);
      writer.write(TEXT.toCharArray(), i, TEXT.length() - i);
    }

    assertThat(new String(writer.toBytes(), UTF_8)).isEqualTo(written());
  }

  @Test
  void replaces_placeholders_by_their_values() {
    var values = new Placeholders();
    var page = new Utf8Writer(1, values);
    page.write("\u00010\u0001"); // before the first value, this is text
    var time = values.of("12.3");
    var bar = values.of("4%");

    page.write("📚".charAt(0));
    page.write("📚".charAt(1) + bar + time + bar);
    page.write(time.toCharArray(), 0, time.length());
    page.write("文");

    assertThat(values.of("")).isEmpty();
    assertThat(new String(page.toBytes(), UTF_8)).isEqualTo("\u00010\u0001📚4%12.34%12.3文");
  }

  private static String written() {
    var expected = new StringBuilder();
    for (int i = 0; i < TEXT.length(); i++) {
      expected.append(TEXT.charAt(i)).append(TEXT, 0, i).append(TEXT.substring(i));
    }
    return new String(expected.toString().getBytes(UTF_8), UTF_8);
  }
}
