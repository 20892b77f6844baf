package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.SCREENSHOTS;
import static dev.bookmarket.systemtests.HeadlessBrowser.brightness;
import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.screenshot;
import static dev.bookmarket.systemtests.HeadlessBrowser.tabTo;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.WaitUntilState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the choice of language and colours, also in browsers that lack a feature of CSS, texts from
 * right to left, the use of the keyboard, motion and printing.
 */
@Needs(Tool.BROWSER)
@Tag("browser")
class AccessibilityTest {
  private static final String CHINESE = "[name=language][value=zh]";
  private static final String DARK = "[name=scheme][value=dark]";
  private static final String TRACE = "[name=trace]";

  /** Two words and a full stop, which belongs at the left end. */
  private static final String HEBREW_SENTENCE = "\u05e9\u05dc\u05d5\u05dd \u05e8\u05d1.";

  /** Returns the cumulative layout shift of the page, as browsers measure it. */
  private static final String LAYOUT_SHIFT =
      """
      () => new Promise(resolve => {
        let sum = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
          .observe({type: 'layout-shift', buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 100)));
      })
      """;

  /** Writes a text into an element; returns whether its last character is left of its first. */
  private static final String RUNS_FROM_RIGHT_TO_LEFT =
      """
      ([selector, text]) => {
        const element = document.querySelector(selector);
        element.textContent = text;
        const box = index => {
          const character = document.createRange();
          character.setStart(element.firstChild, index);
          character.setEnd(element.firstChild, index + 1);
          return character.getBoundingClientRect();
        };
        return box(text.length - 1).right <= box(0).left;
      }
      """;

  private static final String YEAR_FOLLOWS_AUTHOR =
      """
      () => {
        const box = selector => document.querySelector(selector).getBoundingClientRect();
        return box('.book .byline span').right <= box('.book .year').left;
      }
      """;

  private static final String COLOR_SCHEME =
      "getComputedStyle(document.documentElement).colorScheme";

  /** Returns the colours of the lower borders of elements, each once. */
  private static final String BORDER_COLOURS =
      "all => [...new Set(all.map(element => getComputedStyle(element).borderBottomColor))]";

  private static final String NEXT_PAINT =
      "new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))";

  /** Marks the focused element as reached; returns the element if its focus is not visible. */
  private static final String FOCUS =
      """
      () => {
        const focused = document.activeElement;
        const style = getComputedStyle(focused);
        const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const inView = focused.getBoundingClientRect().bottom > 0;
        focused.dataset.reached = 'yes';
        return focused === document.body || ring && inView ? '' : focused.outerHTML;
      }
      """;

  private static final String NOT_REACHED =
      """
      () => [...document.querySelectorAll('a[href], button, input, textarea, select, [tabindex]')]
        .filter(element => element.tabIndex >= 0 && element.checkVisibility())
        .filter(element => !element.dataset.reached)
        .map(element => element.outerHTML)
      """;

  private static final String MOVING =
      """
      () => [...document.querySelectorAll('*')].filter(element => {
        const style = getComputedStyle(element);
        return style.transitionDuration !== '0s' || style.animationName !== 'none'
          || style.scrollBehavior === 'smooth';
      }).map(element => element.outerHTML)
      """;

  @RegisterExtension static final BrowserExtension browser = new BrowserExtension();

  @AutoClose private static AllInOne shop;

  @BeforeAll
  static void startShop(@TempDir Path folder) {
    shop = AllInOne.start(folder);
  }

  @ParameterizedTest(name = "with JavaScript: {0}")
  @ValueSource(booleans = {true, false})
  void the_switches_return_to_the_same_page_and_keep_the_choice(boolean javaScript) {
    try (var context = context(new Browser.NewContextOptions().setJavaScriptEnabled(javaScript))) {
      var page = context.newPage();
      var search = home() + "search?q=the+woods&page=";
      visit(page, search);
      assertLooks(page, "en", "auto");

      follow(page, () -> page.locator(TRACE).click());
      assertThat(page.url()).isEqualTo(search);
      assertThat(page.locator(".waterfall").count()).isEqualTo(1);
      visit(page, search);
      assertThat(page.locator(".waterfall").count()).isEqualTo(1);
      follow(page, () -> page.locator(TRACE).click());
      assertThat(page.url()).isEqualTo(search);
      assertThat(page.locator(".waterfall").count()).isZero();

      follow(page, () -> page.locator(CHINESE).click());
      assertThat(page.url()).isEqualTo(search);
      assertLooks(page, "zh-Hans", "auto");
      follow(page, () -> page.locator(DARK).click());
      assertThat(page.url()).isEqualTo(search);
      assertLooks(page, "zh-Hans", "dark");
      assertThat(page.locator("[aria-pressed=true]").allTextContents()).containsExactly("中文", "深色");

      visit(page, home() + "books/1");
      assertLooks(page, "zh-Hans", "dark");
      follow(page, () -> page.locator("[name=language][value=en]").click());
      follow(page, () -> page.locator("[name=scheme][value=auto]").click());
      assertThat(page.url()).isEqualTo(home() + "books/1");
      assertLooks(page, "en", "auto");
    }
  }

  @Test
  void the_switches_can_be_used_with_the_keyboard() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      visit(page, home());
      tabTo(page, CHINESE);
      follow(page, () -> page.keyboard().press("Enter"));
      tabTo(page, DARK);
      follow(page, () -> page.keyboard().press("Space"));

      assertLooks(page, "zh-Hans", "dark");
    }
  }

  @ParameterizedTest
  @CsvSource({"LIGHT, dark", "DARK, light"})
  void a_chosen_scheme_overrides_the_scheme_of_the_device(ColorScheme device, String chosen) {
    try (var context = context(new Browser.NewContextOptions().setColorScheme(device))) {
      var page = context.newPage();
      visit(page, home());
      var before = brightness(page);
      follow(page, () -> page.locator("[name=scheme][value=" + chosen + "]").click());

      if (chosen.equals("dark")) {
        assertThat(brightness(page)).isLessThan(before / 3);
      } else {
        assertThat(brightness(page)).isGreaterThan(before * 3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HOME", "BOOK", "BASKET", "CHECKOUT"})
  void browsers_without_light_dark_use_the_light_scheme(PageState state) {
    try (var context = context(new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK))) {
      context.addCookies(List.of(new Cookie("scheme", "dark").setUrl(home())));
      context.route(
          "**/assets/*.css",
          route ->
              route.fulfill(
                  new Route.FulfillOptions()
                      .setContentType("text/css")
                      .setBody(route.fetch().text().replace("light-dark(", "unsupported("))));
      Axe.installIn(context);
      var page = context.newPage();
      state.open(page, home());

      assertThat(brightness(page)).isGreaterThan(200);
      assertThat(page.evaluate(COLOR_SCHEME)).isEqualTo("light");
      assertThat(Axe.violations(page)).isEmpty();
    }
  }

  @Test
  void forced_colours_distinguish_the_pressed_switches() {
    try (var context =
        context(new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE))) {
      var page = context.newPage();
      visit(page, home());
      var pressed = page.locator(".choice [aria-pressed=true]").evaluateAll(BORDER_COLOURS);
      var others = page.locator(".choice [aria-pressed=false]").evaluateAll(BORDER_COLOURS);

      assertThat((List<?>) pressed).hasSize(1).isNotEqualTo(others);
      assertThat((List<?>) others).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HOME", "CATEGORY", "BOOK", "BASKET", "CHECKOUT", "CHECKOUT_ERRORS"})
  void the_keyboard_reaches_every_element_with_visible_focus(PageState state) {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      state.open(page, home());
      page.evaluate("document.activeElement.blur()");
      var all = ((List<?>) page.evaluate(NOT_REACHED)).size();
      assertThat(all).isGreaterThan(10);

      // After the last element, the address bar of the browser has the focus once.
      for (int i = 0; i < all + 2; i++) {
        page.keyboard().press("Tab");
        assertThat(page.evaluate(FOCUS)).as("element without visible focus").isEqualTo("");
      }
      assertThat((List<?>) page.evaluate(NOT_REACHED)).isEmpty();

      page.locator("a.shop").focus();
      page.evaluate("document.activeElement.style.outline = 'none'");
      assertThat(page.evaluate(FOCUS)).as("element without outline").isNotEqualTo("");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HOME", "CATEGORY", "BOOK"})
  void nothing_moves_with_reduced_motion(PageState state) {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      state.open(page, home());
      assertThat((List<?>) page.evaluate(MOVING)).isNotEmpty();

      page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
      assertThat((List<?>) page.evaluate(MOVING)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 390",
    "'', 1280",
    "categories/mystery, 390",
    "categories/mystery, 1280",
    "books/1, 390",
    "books/1, 1280"
  })
  void late_covers_do_not_shift_the_layout(String path, int width) {
    try (var context = context(new Browser.NewContextOptions().setViewportSize(width, 844))) {
      var page = context.newPage();
      var late = new ArrayList<Route>();
      page.route("**/covers/*", late::add);
      page.onRequest(
          request -> {
            if (request.isNavigationRequest()) {
              late.clear(); // a reload has aborted the requests of the page before it
            }
          });
      visit(page, home() + path, WaitUntilState.DOMCONTENTLOADED);
      page.waitForCondition(() -> !late.isEmpty());
      page.evaluate(NEXT_PAINT);
      page.unroute("**/covers/*");
      late.forEach(Route::resume);
      page.waitForLoadState();

      assertThat(((Number) page.evaluate(LAYOUT_SHIFT)).doubleValue()).isZero();

      page.evaluate("document.querySelector('main').prepend(document.createElement('textarea'))");
      assertThat(((Number) page.evaluate(LAYOUT_SHIFT)).doubleValue()).isPositive();
    }
  }

  @Test
  void texts_from_right_to_left_keep_their_direction() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      PageState.CATEGORY.open(page, home());
      assertRunFromRightToLeft(page, ".book .title a", ".book .byline span", ".book .blurb");
      page.locator(".book .year").first().evaluate("year => year.textContent = '380 BCE'");
      assertThat(page.evaluate(YEAR_FOLLOWS_AUTHOR)).isEqualTo(true);

      PageState.BOOK.open(page, home());
      assertRunFromRightToLeft(page, "h1", ".open-book .blurb", ".alike-books .title");

      PageState.CHECKOUT.open(page, home());
      for (var field : List.of("#q", "#name", "#address")) {
        assertThat(page.locator(field).evaluate("field => getComputedStyle(field).unicodeBidi"))
            .as(field)
            .isEqualTo("plaintext");
      }

      PageState.ORDER.open(page, home());
      assertRunFromRightToLeft(page, ".facts dd", ".facts .address", ".line .title a");
    }
  }

  @Test
  void a_printed_order_has_no_controls() {
    try (var context = context(new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK))) {
      var page = context.newPage();
      PageState.trace(context, home());
      PageState.ORDER.open(page, home());
      assertThat(page.locator(".waterfall").count()).isEqualTo(1);
      page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

      for (var hidden :
          List.of("nav", "form", "button", "input", ".skip", ".cover", ".served", ".waterfall")) {
        assertThat(page.locator(hidden).all()).as(hidden).noneMatch(element -> element.isVisible());
      }
      for (var visible : List.of("h1", ".facts", ".number", ".address", ".line", ".total")) {
        assertThat(page.locator(visible).all())
            .as(visible)
            .isNotEmpty()
            .allMatch(element -> element.isVisible());
      }
      assertThat(brightness(page)).isEqualTo(255);
      screenshot(page, "order-printed");
      page.pdf(new Page.PdfOptions().setPath(SCREENSHOTS.resolve("order-printed.pdf")));
    }
  }

  @Test
  void a_page_is_printed_with_light_colours_although_the_visitor_chose_dark_ones() {
    try (var context = context(new Browser.NewContextOptions())) {
      context.addCookies(List.of(new Cookie("scheme", "dark").setUrl(home())));
      var page = context.newPage();
      PageState.SEARCH_RESULTS.open(page, home());
      page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

      assertThat(page.evaluate(COLOR_SCHEME)).isEqualTo("light");
      assertThat(
              page.locator("mark")
                  .first()
                  .evaluate("mark => getComputedStyle(mark).backgroundColor"))
          .isEqualTo("rgb(247, 220, 138)");
    }
  }

  private static void assertRunFromRightToLeft(Page page, String... selectors) {
    for (var selector : selectors) {
      assertThat(page.evaluate(RUNS_FROM_RIGHT_TO_LEFT, List.of(selector, HEBREW_SENTENCE)))
          .as(selector)
          .isEqualTo(true);
    }
  }

  private static void assertLooks(Page page, String language, String scheme) {
    assertThat(page.locator("html").getAttribute("lang")).isEqualTo(language);
    assertThat(page.locator("html").getAttribute("data-scheme")).isEqualTo(scheme);
  }

  private static BrowserContext context(Browser.NewContextOptions options) {
    return browser.context(home(), options);
  }

  private static String home() {
    return shop.home();
  }
}
