package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of values in a text, which bounds the memory that it needs. */
class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "1", "\"\"", "true", "null", "{\"a\":[null]}"})
  void a_text_with_many_values_is_rejected(String value) {
    assertThatThrownBy(() -> read(array(value, 10_000)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("too many values");
  }

  @Test
  void the_rest_of_a_text_with_too_many_values_is_not_read() {
    assertThatThrownBy(() -> read("[" + "{},".repeat(20_000) + "invalid"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("too many values");
  }

  @Test
  void the_largest_valid_batches_are_accepted() throws IOException {
    var ids = array("1", 100);
    var call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"ids\":%s}}"
            .formatted("bookmarket.catalogue.v1.CatalogueService.BatchGetBooks", ids);
    var lines = array("{\"bookId\":1,\"quantity\":1}", 50);
    var order = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"lines\":%s}}";

    assertThat(read(array(call, 50)).getAsJsonArray()).hasSize(50);
    assertThat(read(array(order.formatted(lines), 47)).getAsJsonArray()).hasSize(47);
    assertThat(array(order.formatted(lines), 48).length()).isGreaterThan(JsonRpc.MAX_LENGTH - 1000);
  }

  private static JsonElement read(String text) throws IOException {
    return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String array(String value, int count) {
    return "[" + String.join(",", Collections.nCopies(count, value)) + "]";
  }
}
