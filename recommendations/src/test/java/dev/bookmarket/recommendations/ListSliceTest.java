package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListSliceTest {
  private static final String NAME = "numbers";
  private static final String REFUSED =
      "page_token is not one of this list's; leave it empty for the first page";

  @ParameterizedTest(name = "page size {0} gives {1}")
  @CsvSource({"0, 24", "1, 1", "24, 24", "100, 100", "101, 100", "2147483647, 100"})
  void has_at_most_page_size_items(int pageSize, int items) {
    assertThat(ListSlice.of(numbers(300), NAME, pageSize, "").items()).hasSize(items);
  }

  @Test
  void rejects_a_negative_page_size() {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> ListSlice.of(numbers(3), NAME, -1, ""))
        .withMessage("page_size must be 0 or more, but is -1");
  }

  @Test
  void has_one_empty_page_for_an_empty_list() {
    assertThat(ListSlice.of(List.of(), NAME, 10, ""))
        .isEqualTo(new ListSlice<>(List.of(), 0, "", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 24, 30})
  void pages_through_the_whole_list_with_next_tokens(int pageSize) {
    var list = numbers(30);
    var seen = new ArrayList<Integer>();
    var page = ListSlice.of(list, NAME, pageSize, "");
    while (true) {
      assertThat(page.offset()).isEqualTo(seen.size());
      seen.addAll(page.items());
      if (page.nextToken().isEmpty()) {
        break;
      }
      page = ListSlice.of(list, NAME, pageSize, page.nextToken());
    }
    assertThat(seen).isEqualTo(list);
  }

  @Test
  void returns_to_the_previous_page_with_the_previous_token() {
    var first = ListSlice.of(numbers(30), NAME, 10, "");
    var second = ListSlice.of(numbers(30), NAME, 10, first.nextToken());
    assertThat(ListSlice.of(numbers(30), NAME, 10, second.previousToken())).isEqualTo(first);
  }

  @Test
  void the_first_page_has_no_previous_token_and_the_last_no_next_one() {
    var first = ListSlice.of(numbers(20), NAME, 10, "");
    var last = ListSlice.of(numbers(20), NAME, 10, first.nextToken());
    assertThat(first.previousToken()).isEmpty();
    assertThat(last.nextToken()).isEmpty();
  }

  @Test
  void accepts_another_page_size_for_the_next_page() {
    var token = ListSlice.of(numbers(100), NAME, 10, "").nextToken();
    var page = ListSlice.of(numbers(100), NAME, 50, token);
    assertThat(page.items()).startsWith(10).hasSize(50);
    assertThat(ListSlice.of(numbers(100), NAME, 50, page.previousToken()).offset()).isZero();
  }

  @Test
  void creates_the_same_token_in_every_process() {
    assertThat(ListSlice.of(numbers(30), NAME, 10, "").nextToken()).isEqualTo("AAAACglMVRO8AOw2");
  }

  @Test
  void rejects_the_token_of_another_list() {
    var token = ListSlice.of(numbers(30), "other numbers", 10, "").nextToken();
    assertRejected(token);
  }

  @Test
  void rejects_a_token_with_one_changed_character() {
    var token = ListSlice.of(numbers(30), NAME, 10, "").nextToken();
    for (int i = 0; i < token.length(); i++) {
      var mangled = new StringBuilder(token);
      mangled.setCharAt(i, token.charAt(i) == 'A' ? 'B' : 'A');
      assertRejected(mangled.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "10", "AAAA", "====", "not a token", "\0", "\u00e9", "AAAACgAAAAAAAAAA"})
  void rejects_invalid_tokens(String token) {
    assertRejected(token);
  }

  @Test
  void rejects_truncated_and_extended_tokens() {
    var token = ListSlice.of(numbers(30), NAME, 10, "").nextToken();
    assertRejected(token.substring(0, token.length() - 1));
    assertRejected(token + "A");
    assertRejected(token + "=");
    assertRejected(" " + token);
  }

  @Test
  void rejects_a_position_outside_the_list() {
    assertRejected(ListSlice.tokenOf(NAME, 30));
    assertRejected(ListSlice.tokenOf(NAME, -1));
  }

  private static void assertRejected(String token) {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> ListSlice.of(numbers(30), NAME, 10, token))
        .withMessage(REFUSED)
        .satisfies(
            exception ->
                assertThat(exception.reason()).isEqualTo(RejectedRequestException.Reason.INVALID));
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
