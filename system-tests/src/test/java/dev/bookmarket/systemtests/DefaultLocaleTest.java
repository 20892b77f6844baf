package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop answers with Persian digits as the default just as it does in English. */
class DefaultLocaleTest {
  @TempDir private static Path folder;
  private static final Map<String, ProcessUnderTest> shops = new LinkedHashMap<>();
  private static Map<String, String> expected = Map.of();

  @BeforeAll
  static void openShops() {
    open("English", "-Duser.language=en", "-Duser.country=US");
    open("Persian", "-Duser.language=fa", "-Duser.country=IR");
    expected = answersOf("English");
  }

  @AfterAll
  static void closeShops() {
    shops.values().forEach(ProcessUnderTest::close);
  }

  @Test
  void the_shop_has_pages_and_covers() {
    assertThat(expected).hasSizeGreaterThan(100);
  }

  @Test
  void pages_covers_and_cookies_are_the_same_as_in_english() {
    assertThat(answersOf("Persian")).containsExactlyEntriesOf(expected);
  }

  private static void open(String name, String... jvmOptions) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve(name + ".db").toString());
    shops.put(name, ProcessUnderTest.launch("all-in-one", variables, jvmOptions));
  }

  /** Returns the answers that depend neither on time nor on chance, by their path. */
  private static Map<String, String> answersOf(String name) {
    var url =
        Objects.requireNonNull(shops.get(name))
            .awaitLog("Bookmarket is open at http://localhost:(\\d+)$");
    var visitor = Visitor.of(Integer.parseInt(url.group(1)));
    var answers = new LinkedHashMap<String, String>();
    for (var category : visitor.open("/").page().select("li.category a").eachAttr("href")) {
      var page = visitor.open(category);
      // The footer says how long the calls took.
      answers.put(category, page.text().replaceFirst("(?s)<footer.*</footer>", ""));
      for (var cover : page.page().select("main img").eachAttr("src")) {
        answers.put(cover, visitor.open(cover).text());
      }
    }
    for (var form : List.of("/preferences?language=zh", "/name?name=Ada")) {
      var parts = form.split("\\?", 2);
      var post =
          HttpRequest.newBuilder()
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(parts[1]));
      answers.put(form, agesOf(visitor.send(post, parts[0])).toString());
    }
    return answers;
  }

  private static List<String> agesOf(Visitor.Answer answer) {
    var ages = new ArrayList<String>();
    for (var cookie : answer.response().headers().allValues("Set-Cookie")) {
      ages.add(cookie.replaceFirst("=[^;]*", "="));
    }
    assertThat(ages).isNotEmpty().allMatch(age -> age.matches("\\w+=; .*Max-Age=[0-9]+;.*"));
    return ages;
  }
}
