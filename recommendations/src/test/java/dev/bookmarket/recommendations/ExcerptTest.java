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

class ExcerptTest {
  private static final String NAME = "numbers";
  private static final String REFUSED =
      "page_token is not one of this list's; leave it empty for the first page";

  @ParameterizedTest(name = "page size {0} gives {1}")
  @CsvSource({"0, 24", "1, 1", "24, 24", "100, 100", "101, 100", "2147483647, 100"})
  void has_as_many_items_as_the_page_size_says(int pageSize, int items) {
    assertThat(Excerpt.of(numbers(300), NAME, pageSize, "").items()).hasSize(items);
  }

  @Test
  void refuses_a_negative_page_size() {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> Excerpt.of(numbers(3), NAME, -1, ""))
        .withMessage("page_size must be 0 or more, but is -1");
  }

  @Test
  void an_empty_list_is_one_empty_page() {
    assertThat(Excerpt.of(List.of(), NAME, 10, "")).isEqualTo(new Excerpt<>(List.of(), 0, "", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 24, 30})
  void the_next_tokens_walk_through_the_whole_list_and_no_further(int pageSize) {
    var list = numbers(30);
    var seen = new ArrayList<Integer>();
    var page = Excerpt.of(list, NAME, pageSize, "");
    while (true) {
      assertThat(page.offset()).isEqualTo(seen.size());
      seen.addAll(page.items());
      if (page.nextToken().isEmpty()) {
        break;
      }
      page = Excerpt.of(list, NAME, pageSize, page.nextToken());
    }
    assertThat(seen).isEqualTo(list);
  }

  @Test
  void the_previous_token_leads_one_page_back() {
    var first = Excerpt.of(numbers(30), NAME, 10, "");
    var second = Excerpt.of(numbers(30), NAME, 10, first.nextToken());
    assertThat(Excerpt.of(numbers(30), NAME, 10, second.previousToken())).isEqualTo(first);
  }

  @Test
  void the_first_page_has_no_previous_token_and_the_last_no_next_one() {
    var first = Excerpt.of(numbers(20), NAME, 10, "");
    var last = Excerpt.of(numbers(20), NAME, 10, first.nextToken());
    assertThat(first.previousToken()).isEmpty();
    assertThat(last.nextToken()).isEmpty();
  }

  @Test
  void the_page_size_may_change_between_pages() {
    var token = Excerpt.of(numbers(100), NAME, 10, "").nextToken();
    var page = Excerpt.of(numbers(100), NAME, 50, token);
    assertThat(page.items()).startsWith(10).hasSize(50);
    assertThat(Excerpt.of(numbers(100), NAME, 50, page.previousToken()).offset()).isZero();
  }

  @Test
  void a_token_is_the_same_in_every_process() {
    assertThat(Excerpt.of(numbers(30), NAME, 10, "").nextToken()).isEqualTo("AAAACglMVRO8AOw2");
  }

  @Test
  void refuses_the_token_of_another_list() {
    var token = Excerpt.of(numbers(30), "other numbers", 10, "").nextToken();
    assertRefused(token);
  }

  @Test
  void refuses_every_token_with_one_character_changed() {
    var token = Excerpt.of(numbers(30), NAME, 10, "").nextToken();
    for (int i = 0; i < token.length(); i++) {
      var mangled = new StringBuilder(token);
      mangled.setCharAt(i, token.charAt(i) == 'A' ? 'B' : 'A');
      assertRefused(mangled.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "10", "AAAA", "====", "not a token", "\0", "\u00e9", "AAAACgAAAAAAAAAA"})
  void refuses_what_never_was_a_token(String token) {
    assertRefused(token);
  }

  @Test
  void refuses_a_cut_and_a_lengthened_token() {
    var token = Excerpt.of(numbers(30), NAME, 10, "").nextToken();
    assertRefused(token.substring(0, token.length() - 1));
    assertRefused(token + "A");
    assertRefused(token + "=");
    assertRefused(" " + token);
  }

  @Test
  void refuses_a_position_that_the_list_does_not_have() {
    assertRefused(Excerpt.tokenOf(NAME, 30));
    assertRefused(Excerpt.tokenOf(NAME, -1));
  }

  private static void assertRefused(String token) {
    assertThatExceptionOfType(RejectedRequestException.class)
        .isThrownBy(() -> Excerpt.of(numbers(30), NAME, 10, token))
        .withMessage(REFUSED)
        .satisfies(
            refusal ->
                assertThat(refusal.reason()).isEqualTo(RejectedRequestException.Reason.INVALID));
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
