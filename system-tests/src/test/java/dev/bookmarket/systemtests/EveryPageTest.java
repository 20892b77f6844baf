package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.bookmarket.systemtests.Shops.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page in every state, in both languages and both schemes, on a telephone and on a desk. */
@Needs(Tool.BROWSER)
@Tag("browser")
class EveryPageTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<Integer> WIDTHS = List.of(390, 1280);
  private static final List<Integer> EXTREME_WIDTHS = List.of(360, 1920);
  private static final int HEIGHT = 844;

  /** The place and size of the head and of all in it but the number of books. */
  private static final String HEAD =
      """
      () => [...document.querySelectorAll('.masthead, .masthead :is(a, form, input, button)')]
        .map(part => part.getBoundingClientRect())
        .map(box => [box.x, box.y, box.width, box.height].join(' ')).join(', ')
      """;

  private static final String LINES_OF_HEAD =
      """
      () => {
        const boxes = [...document.querySelectorAll('.masthead a, .masthead form')]
          .map(part => part.getBoundingClientRect());
        const middles = boxes.map(box => box.y + box.height / 2);
        return Math.max(...middles) - Math.min(...middles) < 10 ? 1 : 2;
      }
      """;

  /** Every URL of a page; what stands in the basket changes nothing in the head of any of them. */
  private static final List<String> PATHS =
      List.of(
          "",
          "categories/mystery",
          "books/1",
          "search",
          "search?q=the",
          "basket",
          "checkout",
          "orders",
          "nowhere");

  /** From here on, the head has room for one line. */
  private static final int ONE_LINE_WIDTH = 897;

  /** At least one of each layout, and the narrowest of the two wider ones. */
  private static final List<Integer> HEAD_WIDTHS = List.of(320, 390, 641, ONE_LINE_WIDTH, 1280);

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
              .forEach(found -> findings.add("%s %s: %s".formatted(width, scheme, found)));
          takePicture(page, nameOf(state, language, width, scheme));
        }
      }
      assertThat(findings).as("%s in %s", state, language).isEmpty();
    }
  }

  @ParameterizedTest(name = "in {0}")
  @ValueSource(strings = {"en", "zh-CN"})
  void the_head_of_a_page_is_the_same_whatever_is_in_the_basket(String language) {
    try (var context = context(Backends.ALL, language)) {
      var page = context.newPage();
      var heads = new HashMap<String, Object>();
      for (int books : List.of(0, 1, 12, 99, 4_950)) {
        fillBasket(context, books);
        for (var path : PATHS) {
          page.navigate(shops.home(Backends.ALL) + path);
          assertThat(page.locator(".items > span:not(.unseen)").allTextContents())
              .as(path)
              .isEqualTo(books == 0 ? List.of() : List.of(String.valueOf(books)));
          for (int width : HEAD_WIDTHS) {
            var place = "/%s in %s with %s books at %s".formatted(path, language, books, width);
            assertThat(whatSticksOut(page, width)).as(place).isEmpty();
            var head = page.evaluate(HEAD);
            assertThat(head).as(place).isEqualTo(heads.computeIfAbsent(path + width, key -> head));
            if (width >= ONE_LINE_WIDTH) {
              assertThat(page.evaluate(LINES_OF_HEAD)).as(place).isEqualTo(1);
            }
          }
        }
      }
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

  /** Puts that many books, of at most 50 titles, into the basket. */
  private static void fillBasket(BrowserContext context, int books) {
    if (books == 0) {
      return;
    }
    var lines =
        IntStream.rangeClosed(1, (books + 98) / 99)
            .mapToObj(id -> "%s-%s-1299".formatted(id, Math.min(99, books - 99 * (id - 1))))
            .collect(Collectors.joining("_"));
    context.addCookies(
        List.of(
            new Cookie("basket", "1.theKeyOfAVisitorsOrder.o." + lines + ".")
                .setUrl(shops.home(Backends.ALL))));
  }

  private static void takePicture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name)));
  }

  private static String nameOf(PageState state, String language, int width, ColorScheme scheme) {
    return "%s-%s-%s-%s.png"
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
