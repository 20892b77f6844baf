package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.bookmarket.systemtests.Shops.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page in every state, in both languages and both schemes, on a telephone and on a desk. */
@Needs(Tool.BROWSER)
class EveryPageTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<Integer> WIDTHS = List.of(390, 1280);
  private static final List<Integer> EXTREME_WIDTHS = List.of(360, 1920);
  private static final int HEIGHT = 844;

  /** More than fit on a page of orders. */
  private static final int MANY_ORDERS = 12;

  private static Shops shops;
  private static HeadlessBrowser browser;

  @BeforeAll
  static void openShopsAndBrowser(@TempDir Path folder) {
    shops = Shops.open(folder);
    shops.place(PageState.REGULAR, MANY_ORDERS);
    browser = HeadlessBrowser.open();
  }

  @AfterAll
  static void closeAll() {
    if (browser != null) {
      browser.close();
    }
    if (shops != null) {
      shops.close();
    }
  }

  /** No page may talk to another host, nor make the browser complain. */
  @AfterEach
  void assertNoComplaints() {
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("everyStateInEveryLanguage")
  void everybody_can_use_it_and_nothing_sticks_out(PageState state, String language) {
    try (var context = context(state.backends(), language)) {
      var page = context.newPage();
      state.open(page, shops.home(state.backends()));
      assertThat(page.locator("html").getAttribute("lang"))
          .isEqualTo(language.equals("zh-CN") ? "zh-Hans" : "en");

      var findings = new ArrayList<String>();
      EXTREME_WIDTHS.forEach(width -> findings.addAll(whatSticksOut(page, width)));
      for (int width : WIDTHS) {
        findings.addAll(whatSticksOut(page, width));
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          Axe.violations(page)
              .forEach(found -> findings.add("%d %s: %s".formatted(width, scheme, found)));
          takePicture(page, nameOf(state, language, width, scheme));
        }
      }
      assertThat(findings).as("%s in %s", state, language).isEmpty();
    }
  }

  @Test
  void what_is_wrong_with_a_page_is_found() {
    try (var context = context(Backends.ALL, "en")) {
      var page = context.newPage();
      page.navigate(shops.home(Backends.ALL));
      page.evaluate(
          """
          () => document.querySelector('main').insertAdjacentHTML('beforeend',
            '<img src="/favicon.ico"><div id="wide">wide</div>' +
            '<button id="a">a</button><button id="b">b</button><p id="pale">pale</p>')
          """);
      page.evaluate(
          """
          () => {
            document.querySelector('#wide').style.width = '2000px';
            document.querySelector('#pale').style.color = 'rgb(200 200 200)';
            for (const small of document.querySelectorAll('#a, #b')) {
              small.style.cssText = 'min-height: 0; height: 10px; width: 10px; padding: 0';
            }
          }
          """);

      assertThat(whatSticksOut(page, 1280)).isNotEmpty();
      assertThat(Axe.violations(page))
          .extracting(found -> found.substring(0, found.indexOf(':')))
          .contains("image-alt", "color-contrast", "target-size");
    }
  }

  static Stream<Arguments> everyStateInEveryLanguage() {
    return Stream.of(PageState.values())
        .flatMap(state -> Stream.of("en", "zh-CN").map(language -> Arguments.of(state, language)));
  }

  private static List<String> whatSticksOut(Page page, int width) {
    page.setViewportSize(width, HEIGHT);
    var inner = (int) page.evaluate("document.documentElement.clientWidth");
    var whole = (int) page.evaluate("document.documentElement.scrollWidth");
    return whole <= inner ? List.of() : List.of(width + ": scrolls sideways to " + whole);
  }

  private static void takePicture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name)));
  }

  private static String nameOf(PageState state, String language, int width, ColorScheme scheme) {
    return "%s-%s-%d-%s.png"
        .formatted(state, language.substring(0, 2), width, scheme)
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }

  private static BrowserContext context(Backends backends, String language) {
    var context =
        browser.context(shops.home(backends), new Browser.NewContextOptions().setLocale(language));
    Axe.bringTo(context);
    return context;
  }
}
