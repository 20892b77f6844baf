package dev.bookmarket.marketplace.cover;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Tests covers of titles and authors that contain any code points. */
class RandomCoversTest {
  /** The ornament and the texts; an escaped character has at most 6 bytes. */
  private static final int MAX_BYTES = 4_000 + 6 * 2 * 500;

  @Property(tries = 400)
  void every_title_and_author_has_a_cover(
      @ForAll("texts") String title, @ForAll("texts") String author) throws Exception {
    assertCover(title, author);
  }

  @Property(tries = 100)
  void every_repeated_character_has_a_cover(
      @ForAll("characters") String character, @ForAll("characters") String other) throws Exception {
    assertCover(character.repeat(1_000), other.repeat(1_000));
    assertCover((character + " ").repeat(500), (character + other).repeat(500));
  }

  @Provide
  Arbitrary<String> texts() {
    return characters().list().ofMaxSize(300).map(parts -> String.join("", parts));
  }

  /** Any code point; those that are difficult to lay out are more frequent. */
  @Provide
  Arbitrary<String> characters() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.integers().between(0, 0x10ffff).map(Character::toString)),
        Tuple.of(4, Arbitraries.integers().between(0, 0x2fff).map(Character::toString)),
        Tuple.of(2, Arbitraries.integers().between(0x2000, 0x206f).map(Character::toString)),
        Tuple.of(
            8,
            Arbitraries.of(
                " ",
                "\t",
                "\0",
                "\u0007",
                "\u200b",
                "\ufeff",
                "\u0301",
                "\u20dd",
                "\u202e",
                "\u2067",
                "\u00a0",
                "\u2800",
                "\u3164",
                "\ud800",
                "\udc00",
                "\uffff",
                "\ufe0f",
                "\udb40\udc41",
                "👩‍👩‍👧‍👦",
                "🏳️‍🌈",
                "א",
                "ألف",
                "W",
                "i",
                "-",
                "—",
                ":",
                "红",
                "ペ",
                "ー",
                "「",
                "พระ",
                "<",
                "&",
                "'",
                "]]>",
                "Donaudampfschifffahrtsgesellschaft",
                "a\u0301\u0301\u0301",
                "𝔚")));
  }

  private static void assertCover(String title, String author) throws Exception {
    // On another thread, so that an endless loop fails the test.
    var svg = CompletableFuture.supplyAsync(new Cover(1, title, author, "poetry")::svg);

    var bytes = svg.get(1, MINUTES).getBytes(StandardCharsets.UTF_8);

    assertThat(bytes).hasSizeLessThan(MAX_BYTES);
    assertThat(CoverTest.parse(svg.get()).getDocumentElement().getTagName()).isEqualTo("svg");
  }
}
