package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the style sheet for browsers that lack a feature. */
class StyleSheetTest {
  @Test
  void browsers_without_light_dark_get_the_light_colours() throws IOException {
    var css = css();
    var lightColours =
        find(css, "(--[a-z-]+): light-dark\\((.+), (?:#|rgb).+;")
            .map(pair -> pair.group(1) + ": " + pair.group(2))
            .toList();
    int begin = css.indexOf("@supports not (color: light-dark(");
    var fallback = css.substring(begin, css.indexOf("\n}\n", begin));

    assertThat(lightColours).isNotEmpty();
    assertThat(find(css, "light-dark\\(.*;")).hasSameSizeAs(lightColours);
    assertThat(find(fallback, "--.+(?=;)").map(MatchResult::group))
        .containsExactlyElementsOf(lightColours);
  }

  @Test
  void browsers_without_alternative_texts_show_generated_content() throws IOException {
    var css = css();

    assertThat(find(css, "content: (.+);\n +content: \\1 / \"\";").count())
        .isPositive()
        .isEqualTo(find(css, " / \"\";").count());
  }

  private static Stream<MatchResult> find(String text, String regex) {
    return Pattern.compile(regex).matcher(text).results();
  }

  private static String css() throws IOException {
    return Files.readString(Path.of("src/main/resources/assets/shop.css"));
  }
}
