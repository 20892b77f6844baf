package dev.bookmarket.marketplace.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Growth;
import dev.bookmarket.runtime.OtherLocale;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Tests the covers as SVG documents. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoverTest {
  private static final List<String> CATEGORIES =
      List.of(
          "mystery",
          "science-fiction",
          "self-help",
          "fantasy",
          "classics",
          "historical-fiction",
          "horror",
          "romance",
          "childrens",
          "poetry",
          "history",
          "biography",
          "science",
          "philosophy",
          "cooking",
          "travel",
          "games");

  static Stream<String> hardTitles() {
    return Stream.of(
        "It",
        "Zen and the Art of Motorcycle Maintenance: An Inquiry into Values",
        "Dialogue Concerning the Two Chief World Systems",
        "Donaudampfschifffahrtsgesellschaft",
        "W".repeat(60),
        "MMMM WWWW ".repeat(30),
        "A title of many words ".repeat(10),
        "红楼梦",
        "三体:地球往事三部曲之一",
        "紅楼夢".repeat(40),
        "ペンギン・ハイウェイ",
        "Преступление и наказание",
        "ألف ليلة وليلة",
        "हिन्दी",
        "พระอภัยมณี",
        "e\u0301".repeat(200),
        "📚".repeat(50),
        "<b>&\"'</b> ]]> <!-- ${7*7}",
        "\u0000\u0007\u000b\ufffe\uffff",
        "\ud800 alone \udc00",
        "\u202eturned",
        "\u2028 \u00a0 \t",
        ": nothing before it",
        "\u200b",
        "\ufeff",
        "\u0301",
        "\u00ad\u200b \u2060",
        "\u0301 ".repeat(500),
        "\u200b".repeat(1_000),
        "\u200b".repeat(600) + "x",
        "\u2800\u3164",
        "👩‍👩‍👧‍👦".repeat(40),
        "i".repeat(1_000),
        "- ".repeat(500),
        "");
  }

  @ParameterizedTest
  @MethodSource("hardTitles")
  void is_well_formed_without_external_references(String title) throws Exception {
    for (var category : CATEGORIES) {
      var svg = svg(title, title, category);

      assertThat(parse(svg).getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(svg.replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("://", "href", "<script", "style", "null", "NaN", "\ufffd");
    }
  }

  @Test
  void keeps_characters_that_this_jdk_does_not_know() {
    assertThat(svg("\ud87f\udffd", "x", "mystery")).contains("\ud87f\udffd");
  }

  @ParameterizedTest
  @MethodSource("hardTitles")
  void keeps_every_line_of_text_within_its_margins(String title) throws Exception {
    var texts = parse(svg(title, title, "mystery")).getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      var text = (Element) texts.item(i);
      var block = (Element) text.getParentNode();
      double size = Double.parseDouble(block.getAttribute("font-size"));
      double width = TextLayout.width(text.getTextContent()) * size;
      double baseline = Double.parseDouble(text.getAttribute("y"));

      assertThat(width).as(text.getTextContent()).isLessThanOrEqualTo(Cover.TEXT_WIDTH);
      assertThat(baseline).isBetween(20.0, (double) Ornament.TOP);
      if (width > 0.9 * Cover.TEXT_WIDTH) {
        assertThat(Double.parseDouble(text.getAttribute("textLength")))
            .isLessThanOrEqualTo(Cover.TEXT_WIDTH);
      }
      assertThat(text.getAttribute("x"))
          .isEqualTo(block.getAttribute("direction").equals("rtl") ? "220" : "20");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u200b", "\ufeff", "\u2800", "\u3164", "\u00a0\u200d", "\ufffe"})
  void omits_a_title_without_visible_characters(String title) {
    assertThat(svg(title, title, "mystery")).doesNotContain("<text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "i ", "\u0301 ", "红", "W"})
  void takes_linear_time(String unit) {
    assertThat(Growth.ofTenTimes(title -> svg(title, title, "mystery"), unit, 100 / unit.length()))
        .isLessThan(Growth.LINEAR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fa-IR", "ar-EG-u-nu-arab", "th-TH-u-nu-thai", "hi-IN-u-nu-deva", "tr-TR", "de"})
  void is_the_same_under_every_default_locale(String locale) {
    for (var category : CATEGORIES) {
      for (int i = 0; i < 20; i++) {
        var title = "Title " + i;
        var svg = svg(title, "Author", category);
        try (var other = OtherLocale.of(locale)) {
          assertThat(svg(title, "Author", category)).as("under %s", other).isEqualTo(svg);
        }
      }
    }
  }

  @Test
  void shows_title_and_author() throws Exception {
    assertThat(textOf(svg("Tom & Jerry’s <Guide>", "A. O'Neill", "mystery")))
        .isEqualTo("A. O'Neill Tom & Jerry’s <Guide>");
    assertThat(textOf(svg("Преступление и наказание", "Фёдор Достоевский", "classics")))
        .isEqualTo("Фёдор Достоевский Преступление и наказание");
  }

  @Test
  void uses_sizes_that_are_legible_at_half_the_size() throws Exception {
    assertThat(titleSize("It")).isGreaterThanOrEqualTo(48);
    assertThat(titleSize("The Hound of the Baskervilles")).isGreaterThanOrEqualTo(26);
    assertThat(titleSize("Dialogue Concerning the Two Chief World Systems"))
        .isGreaterThanOrEqualTo(22);
  }

  @Test
  void omits_a_subtitle_to_avoid_truncating_the_title() throws Exception {
    assertThat(
            textOf(
                svg(
                    "Zen and the Art of Motorcycle Maintenance: An Inquiry into Values",
                    "Robert M. Pirsig",
                    "philosophy")))
        .isEqualTo("Robert M. Pirsig Zen and the Art of Motorcycle Maintenance");
    assertThat(textOf(svg("Aké: The Years of Childhood", "", "biography")))
        .isEqualTo("Aké: The Years of Childhood");
  }

  @Test
  void truncates_a_long_title_after_a_word() throws Exception {
    assertThat(textOf(svg("many words ".repeat(30), "", "horror")))
        .matches("(many words )*(many|many words)…");
  }

  @Test
  void writes_right_to_left_scripts_from_right_to_left() {
    assertThat(svg("ألف ليلة وليلة", "", "fantasy")).contains("direction=\"rtl\"");
    assertThat(svg("כל הסיפורים", "", "fantasy")).contains("direction=\"rtl\"");
    assertThat(svg("1001 Nights", "", "fantasy")).doesNotContain("rtl");
  }

  @Test
  void text_contrasts_with_the_background_in_every_palette() {
    var unknown = IntStream.rangeClosed('a', 'z').mapToObj(Character::toString);
    var palettes =
        Stream.concat(CATEGORIES.stream(), unknown)
            .flatMap(category -> CoverStyle.of(category).palettes().stream())
            .distinct();

    assertThat(palettes)
        .hasSize(51)
        .allSatisfy(palette -> assertThat(contrast(palette)).as("%s", palette).isGreaterThan(4.5));
  }

  @Test
  void is_the_same_for_the_same_book() {
    assertThat(svg("Dune", "Frank Herbert", "science-fiction"))
        .isEqualTo(svg("Dune", "Frank Herbert", "science-fiction"));
  }

  @Test
  void covers_of_a_category_share_palettes_and_differ() {
    for (var category : CATEGORIES) {
      var covers =
          IntStream.range(0, 18)
              .mapToObj(book -> svg("Title " + book, "Author", category))
              .map(svg -> svg.replaceAll("<text.*?</text>", ""))
              .collect(Collectors.toSet());
      var backgrounds = backgroundsOf(category).collect(Collectors.toSet());

      assertThat(covers).as(category).hasSizeGreaterThan(8);
      assertThat(covers)
          .allMatch(
              svg -> backgrounds.stream().anyMatch(colour -> svg.contains("fill=\"" + colour)));
    }
  }

  @Test
  void gives_every_category_of_the_shop_its_own_ornament_and_backgrounds() {
    var categories = CATEGORIES.subList(0, 14);

    assertThat(categories.stream().map(CoverStyle::of).map(CoverStyle::ornament))
        .doesNotHaveDuplicates();
    assertThat(categories.stream().flatMap(CoverTest::backgroundsOf)).doesNotHaveDuplicates();
    assertThat(CoverStyle.of("cooking")).isEqualTo(CoverStyle.of("cooking"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"It", "The Hound of the Baskervilles", "The Unwomanly Face of War"})
  void is_small(String title) {
    for (var category : CATEGORIES) {
      var svg = svg(title, "Arthur Conan Doyle", category);

      assertThat(svg.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2_500);
    }
  }

  @Test
  void has_different_paths_for_different_covers() {
    var path = path(17, "Dune", "Frank Herbert", "science-fiction");

    assertThat(path).matches("/covers/17-[0-9a-f]{10}\\.svg");
    assertThat(path).isEqualTo(path(17, "Dune", "Frank Herbert", "science-fiction"));
    assertThat(
            Stream.of(
                path,
                path(17, "Dune II", "Frank Herbert", "science-fiction"),
                path(17, "Dune", "F. Herbert", "science-fiction"),
                path(17, "Dune", "Frank Herbert", "classics"),
                path(17, "DuneFrank", " Herbert", "science-fiction")))
        .doesNotHaveDuplicates();
  }

  /** Fails if a cover changes without an increment of {@link Cover#DESIGN}. */
  @Test
  void has_a_new_design_number_if_the_covers_change() throws Exception {
    var all = new StringBuilder();
    for (var category : CATEGORIES) {
      for (var title : List.of("It", "The Hound of the Baskervilles", "红楼梦", "W".repeat(60))) {
        all.append(svg(title, "Arthur Conan Doyle", category));
      }
    }
    var digest =
        MessageDigest.getInstance("SHA-256")
            .digest(all.toString().getBytes(StandardCharsets.UTF_8));

    assertThat(Cover.DESIGN + " " + HexFormat.of().formatHex(digest, 0, 8))
        .as("The covers have changed: increment Cover.DESIGN and replace the expected value")
        .isEqualTo("1 a7474d6dfc165343");
  }

  private static String svg(String title, String author, String category) {
    return new Cover(1, title, author, category).svg();
  }

  private static String path(int book, String title, String author, String category) {
    return new Cover(book, title, author, category).path();
  }

  private static Stream<String> backgroundsOf(String category) {
    return CoverStyle.of(category).palettes().stream().map(Palette::background);
  }

  private static double titleSize(String title) throws Exception {
    var blocks = parse(svg(title, "", "mystery")).getElementsByTagName("text");
    return Double.parseDouble(((Element) blocks.item(0).getParentNode()).getAttribute("font-size"));
  }

  private static String textOf(String svg) throws Exception {
    var texts = parse(svg).getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .collect(Collectors.joining(" "));
  }

  static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the contrast ratio that WCAG defines. */
  private static double contrast(Palette palette) {
    double background = luminance(palette.background());
    double text = luminance(palette.text());
    return (Math.max(background, text) + 0.05) / (Math.min(background, text) + 0.05);
  }

  private static double luminance(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return 0.2126 * linear(rgb >> 16)
        + 0.7152 * linear(rgb >> 8 & 0xff)
        + 0.0722 * linear(rgb & 0xff);
  }

  private static double linear(int channel) {
    double share = channel / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
}
