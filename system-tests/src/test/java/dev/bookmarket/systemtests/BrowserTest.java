package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.brightness;
import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.screenshot;
import static dev.bookmarket.systemtests.HeadlessBrowser.tabTo;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests browsing and searching in a browser. */
@Needs({Tool.BROWSER, Tool.SIGNALS})
@Tag("browser")
class BrowserTest {

  /** Every page and state of the shop, by the name of the screenshot. */
  private static final Map<String, String> PAGES =
      Map.of(
          "home", "/",
          "category", "/categories/mystery",
          "book", "/books/1",
          "search", "/search",
          "search-results", "/search?q=the",
          "search-nothing-found", "/search?q=zzyzxq",
          "error-not-found", "/nowhere",
          "error-bad-request", "/categories/mystery?sort=cover");

  private static final Map<String, String> PAGES_WITHOUT_BACKEND =
      Map.of("home-degraded", "/", "error-unavailable", "/books/1");

  @RegisterExtension static final BrowserExtension browser = new BrowserExtension();

  @AutoClose private static TwoServices shop;

  @BeforeAll
  static void startShop(@TempDir Path folder) {
    shop = TwoServices.start(LongCatalogue.in(folder));
  }

  @ParameterizedTest(name = "with JavaScript: {0}")
  @ValueSource(booleans = {true, false})
  void a_visitor_browses_and_searches_with_a_mouse(boolean javaScript) {
    try (var context = context(new Browser.NewContextOptions().setJavaScriptEnabled(javaScript))) {
      var page = open(context, "/");
      assertThat(page.locator("ul.suggestions > li").count()).isEqualTo(3);

      follow(page, () -> page.locator("li.category a").first().click());
      assertThat(path(page)).startsWith("/categories/");
      var category = page.locator("h1").textContent();
      var firstBooks = page.locator("li.book h2").allTextContents();

      follow(page, () -> page.locator("a[rel=next]").click());
      assertThat(page.locator("li.book h2").allTextContents())
          .isNotEmpty()
          .doesNotContainAnyElementsOf(firstBooks);

      var title = page.locator("li.book h2 a").first().textContent();
      follow(page, () -> page.locator("li.book h2 a").first().click());
      assertThat(page.locator("h1").textContent()).isEqualTo(title);

      follow(page, page::goBack);
      assertThat(page.locator("h1").textContent()).isEqualTo(category);

      page.locator("input[name=q]").fill("murder orient");
      follow(page, () -> page.locator("form[role=search] button").click());
      assertThat(path(page)).isEqualTo("/search");

      follow(page, () -> page.locator("li.book h2 a").first().click());
      assertThat(page.locator("h1").textContent()).isEqualTo("Murder on the Orient Express");
    }
  }

  @Test
  void a_visitor_browses_and_searches_with_the_keyboard() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = open(context, "/");

      tabTo(page, "a.skip");
      page.keyboard().press("Enter");
      assertThat(page.url()).endsWith("#main");
      tabTo(page, "ul.suggestions a");
      tabTo(page, "li.category a");
      follow(page, () -> page.keyboard().press("Enter"));
      assertThat(path(page)).startsWith("/categories/");

      tabTo(page, "a[rel=next]");
      follow(page, () -> page.keyboard().press("Enter"));
      tabTo(page, "li.book h2 a");
      follow(page, () -> page.keyboard().press("Enter"));
      assertThat(path(page)).startsWith("/books/");

      tabTo(page, "input[name=q]");
      page.keyboard().type("falcon");
      follow(page, () -> page.keyboard().press("Enter"));
      tabTo(page, "li.book h2 a");
      follow(page, () -> page.keyboard().press("Enter"));
      assertThat(page.locator("h1").textContent()).isEqualTo("The Maltese Falcon");
    }
  }

  @ParameterizedTest
  @CsvSource({"390, LIGHT", "390, DARK", "1280, LIGHT", "1280, DARK"})
  void no_page_scrolls_horizontally(int width, ColorScheme scheme) {
    try (var context =
        context(
            new Browser.NewContextOptions().setViewportSize(width, 844).setColorScheme(scheme))) {
      PAGES.forEach((name, path) -> capture(context, name, path, width, scheme));
    }
  }

  @ParameterizedTest
  @CsvSource({"390, LIGHT", "390, DARK", "1280, LIGHT", "1280, DARK"})
  void no_page_scrolls_horizontally_without_the_backend(int width, ColorScheme scheme) {
    shop.begin(TwoServices.Outage.HUNG);
    try (var context =
        context(
            new Browser.NewContextOptions().setViewportSize(width, 844).setColorScheme(scheme))) {
      PAGES_WITHOUT_BACKEND.forEach((name, path) -> capture(context, name, path, width, scheme));
    } finally {
      shop.end(TwoServices.Outage.HUNG);
      shop.awaitWhole();
    }
  }

  @Test
  void the_dark_scheme_is_dark_and_the_light_scheme_is_light() {
    assertThat(brightnessOfHomePage(ColorScheme.LIGHT)).isGreaterThan(200);
    assertThat(brightnessOfHomePage(ColorScheme.DARK)).isLessThan(60);
  }

  private void capture(
      BrowserContext context, String name, String path, int width, ColorScheme scheme) {
    var page = context.newPage();
    if (name.endsWith("degraded") || name.endsWith("unavailable")) {
      HeadlessBrowser.open(page, url(path));
    } else {
      visit(page, url(path));
    }
    assertThat(page.evaluate("document.documentElement.scrollWidth")).as(name).isEqualTo(width);
    screenshot(page, "%s-%s-%s".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)));
    page.close();
  }

  private static double brightnessOfHomePage(ColorScheme scheme) {
    try (var context = context(new Browser.NewContextOptions().setColorScheme(scheme))) {
      return brightness(open(context, "/"));
    }
  }

  private static BrowserContext context(Browser.NewContextOptions options) {
    return browser.context(url("/"), options);
  }

  private static Page open(BrowserContext context, String path) {
    var page = context.newPage();
    visit(page, url(path));
    return page;
  }

  private static String path(Page page) {
    return URI.create(page.url()).getPath();
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + shop.visitor().port() + path;
  }
}
