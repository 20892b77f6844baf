package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The responses of the shop do not depend on the default locale, such as one with other digits. */
class DefaultLocaleTest {
  @AutoClose private static AllInOne english;
  @AutoClose private static AllInOne persian;
  private static Map<String, String> expected = Map.of();

  @BeforeAll
  static void startShops(@TempDir Path englishFolder, @TempDir Path persianFolder) {
    english = AllInOne.launch(englishFolder, Map.of(), "-Duser.language=en", "-Duser.country=US");
    persian = AllInOne.launch(persianFolder, Map.of(), "-Duser.language=fa", "-Duser.country=IR");
    expected = responsesOf(english);
  }

  @Test
  void the_test_covers_many_pages_and_covers() {
    assertThat(expected).hasSizeGreaterThan(100);
  }

  @Test
  void pages_covers_and_cookies_are_the_same_as_in_english() {
    assertThat(responsesOf(persian)).containsExactlyEntriesOf(expected);
  }

  /** Returns the responses that are neither random nor depend on time, by their path. */
  private static Map<String, String> responsesOf(AllInOne shop) {
    var visitor = shop.visitor();
    var responses = new LinkedHashMap<String, String>();
    for (var category : visitor.open("/").page().select("li.category a").eachAttr("href")) {
      var page = visitor.open(category);
      // The footer contains the duration of the calls.
      responses.put(category, page.text().replaceFirst("(?s)<footer.*</footer>", ""));
      for (var cover : page.page().select("main img").eachAttr("src")) {
        responses.put(cover, visitor.open(cover).text());
      }
    }
    for (var form : List.of("/preferences?language=zh", "/name?name=Ada")) {
      var parts = form.split("\\?", 2);
      var post =
          HttpRequest.newBuilder()
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(parts[1]));
      responses.put(form, maxAgesOf(visitor.send(post, parts[0])).toString());
    }
    return responses;
  }

  private static List<String> maxAgesOf(Visitor.Response response) {
    var maxAges = new ArrayList<String>();
    for (var cookie : response.response().headers().allValues("Set-Cookie")) {
      maxAges.add(cookie.replaceFirst("=[^;]*", "="));
    }
    assertThat(maxAges)
        .isNotEmpty()
        .allMatch(maxAge -> maxAge.matches("\\w+=; .*Max-Age=[0-9]+;.*"));
    return maxAges;
  }
}
