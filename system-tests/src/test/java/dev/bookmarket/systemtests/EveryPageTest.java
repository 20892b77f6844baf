package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.screenshot;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.bookmarket.systemtests.ShopVariants.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests every page in every state, language and colour scheme, on narrow and wide screens. */
@Needs(Tool.BROWSER)
@Tag("browser")
class EveryPageTest {
  private static final List<Integer> WIDTHS = List.of(390, 1280);
  private static final List<Integer> EXTREME_WIDTHS = List.of(360, 1920);
  private static final int HEIGHT = 844;

  /** Returns position and size of the page header and its elements, except the book count. */
  private static final String HEADER =
      """
      () => [...document.querySelectorAll('.masthead, .masthead :is(a, form, input, button)')]
        .map(element => element.getBoundingClientRect())
        .map(box => [box.x, box.y, box.width, box.height].join(' ')).join(', ')
      """;

  private static final String HEADER_LINES =
      """
      () => {
        const boxes = [...document.querySelectorAll('.masthead a, .masthead form')]
          .map(element => element.getBoundingClientRect());
        const middles = boxes.map(box => box.y + box.height / 2);
        return Math.max(...middles) - Math.min(...middles) < 10 ? 1 : 2;
      }
      """;

  /**
   * Returns the words of traces that are on several lines; / . and - may be followed by a break.
   */
  private static final String BROKEN_WORDS =
      """
      () => [...document.querySelectorAll('.waterfall :is(b, small, th)')]
        .flatMap(element => [...element.childNodes])
        .filter(node => node.nodeType === Node.TEXT_NODE)
        .flatMap(text => [...text.data.matchAll(/[!-,.-~]+/g)].filter(word => {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          return new Set([...range.getClientRects()].map(box => box.top)).size > 1;
        }))
        .map(word => word[0])
      """;

  /** Returns how many characters of HTML the traces of a page have. */
  private static final String LENGTH_OF_TRACES =
      """
      () => [...document.querySelectorAll('.waterfall')]
        .map(trace => trace.outerHTML.replaceAll(/><\\/(rect|line)>/g, '/>').length)
        .reduce((sum, length) => sum + length, 0)
      """;

  /** The limit of the design; the page after an order has the traces of two requests. */
  private static final int MAX_LENGTH_OF_TRACES = 6_000;

  /** Pages whose header must not depend on the content of the basket. */
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

  /** The minimum width at which the header fits on one line. */
  private static final int ONE_LINE_WIDTH = 897;

  /** Widths of each layout, including the minimum widths of the two wider ones. */
  private static final List<Integer> HEADER_WIDTHS = List.of(320, 390, 641, ONE_LINE_WIDTH, 1280);

  /**
   * The states that are visited with the trace of the page below it: each kind of page, and each
   * fault of a backend. The trace changes nothing else on the page, so these visits need no others
   * without it.
   */
  private static final Set<PageState> TRACED =
      EnumSet.of(
          PageState.HOME_GREETED,
          PageState.HOME_DEGRADED,
          PageState.CATEGORY_LATER,
          PageState.BOOK,
          PageState.SEARCH_CORRECTED,
          PageState.BASKET_WITH_NOTICE,
          PageState.CHECKOUT_OUTCOME_UNKNOWN,
          PageState.ORDER_CONFIRMATION,
          PageState.ERROR_404,
          PageState.ERROR_500,
          PageState.ERROR_503_CATALOGUE);

  /** Those of them to which a form redirects, which also show the trace of the form. */
  private static final Set<PageState> AFTER_A_FORM =
      EnumSet.of(
          PageState.HOME_GREETED, PageState.BASKET_WITH_NOTICE, PageState.ORDER_CONFIRMATION);

  /** More orders than fit on one page. */
  private static final int MANY_ORDERS = 12;

  @RegisterExtension static final BrowserExtension browser = new BrowserExtension();

  @AutoClose private static ShopVariants shops;

  @BeforeAll
  static void startShops(@TempDir Path folder) {
    shops = ShopVariants.start(folder);
    shops.place(PageState.REGULAR, MANY_ORDERS);
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("everyStateInEveryLanguage")
  void every_page_is_accessible_and_fits_the_screen(PageState state, String language) {
    try (var context = context(state.backends(), language)) {
      var page = context.newPage();
      open(page, state);
      assertThat(page.locator(".waterfall table").count())
          .as("traces, that of the form included")
          .isEqualTo(AFTER_A_FORM.contains(state) ? 2 : TRACED.contains(state) ? 1 : 0);
      assertThat((int) page.evaluate(LENGTH_OF_TRACES)).isLessThan(MAX_LENGTH_OF_TRACES);
      assertThat(page.locator("html").getAttribute("lang"))
          .isEqualTo(language.equals("zh-CN") ? "zh-Hans" : "en");

      var findings = new ArrayList<String>();
      EXTREME_WIDTHS.forEach(width -> findings.addAll(overflow(page, width)));
      for (int width : WIDTHS) {
        findings.addAll(overflow(page, width));
        findings.addAll(brokenWords(page));
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          Axe.violations(page)
              .forEach(found -> findings.add("%s %s: %s".formatted(width, scheme, found)));
          screenshot(page, nameOf(state, language, width, scheme));
        }
      }
      assertThat(findings).as("%s in %s", state, language).isEmpty();
    }
  }

  @ParameterizedTest(name = "in {0}")
  @ValueSource(strings = {"en", "zh-CN"})
  void the_header_does_not_depend_on_the_content_of_the_basket(String language) {
    try (var context = context(Backends.ALL, language)) {
      var page = context.newPage();
      var headers = new HashMap<String, Object>();
      for (int books : List.of(0, 1, 12, 99, 4_950)) {
        fillBasket(context, books);
        for (var path : PATHS) {
          visit(page, shops.home(Backends.ALL) + path);
          assertThat(page.locator(".items > span:not(.unseen)").allTextContents())
              .as(path)
              .isEqualTo(books == 0 ? List.of() : List.of(String.valueOf(books)));
          for (int width : HEADER_WIDTHS) {
            var place = "/%s in %s with %s books at %s".formatted(path, language, books, width);
            assertThat(overflow(page, width)).as(place).isEmpty();
            var header = page.evaluate(HEADER);
            assertThat(header)
                .as(place)
                .isEqualTo(headers.computeIfAbsent(path + width, key -> header));
            if (width >= ONE_LINE_WIDTH) {
              assertThat(page.evaluate(HEADER_LINES)).as(place).isEqualTo(1);
            }
          }
        }
      }
    }
  }

  @Test
  void the_checks_detect_problems_of_a_page() {
    try (var context = context(Backends.ALL, "en")) {
      var page = context.newPage();
      visit(page, shops.home(Backends.ALL));
      page.evaluate(
          """
          () => document.querySelector('main').insertAdjacentHTML('beforeend',
            '<img src="/favicon.ico"><div id="wide">wide</div>' +
            '<button id="a">a</button><button id="b">b</button><p id="pale">pale</p>' +
            '<section class="waterfall"><b id="word">CatalogueService</b></section>')
          """);
      page.evaluate(
          """
          () => {
            document.querySelector('#wide').style.width = '2000px';
            document.querySelector('#word').style.cssText = 'display: block; width: 4em';
            document.querySelector('#pale').style.color = 'rgb(200 200 200)';
            for (const small of document.querySelectorAll('#a, #b')) {
              small.style.cssText = 'min-height: 0; height: 10px; width: 10px; padding: 0';
            }
          }
          """);

      assertThat(overflow(page, 1280)).isNotEmpty();
      assertThat(brokenWords(page)).containsExactly("a line break inside CatalogueService");
      assertThat(Axe.violations(page))
          .extracting(found -> found.substring(0, found.indexOf(':')))
          .contains("image-alt", "color-contrast", "target-size");
    }
  }

  static Stream<Arguments> everyStateInEveryLanguage() {
    return Stream.of(PageState.values())
        .flatMap(state -> Stream.of("en", "zh-CN").map(language -> Arguments.of(state, language)));
  }

  private static List<String> overflow(Page page, int width) {
    page.setViewportSize(width, HEIGHT);
    var viewport = (int) page.evaluate("document.documentElement.clientWidth");
    var content = (int) page.evaluate("document.documentElement.scrollWidth");
    return content <= viewport
        ? List.of()
        : List.of(width + ": scrolls horizontally to " + content);
  }

  private static List<String> brokenWords(Page page) {
    return ((List<?>) page.evaluate(BROKEN_WORDS))
        .stream().map(word -> "a line break inside " + word).toList();
  }

  private static void open(Page page, PageState state) {
    var home = shops.home(state.backends());
    if (AFTER_A_FORM.contains(state)) {
      state.openWithTraceOfForm(page, home);
      return;
    }
    if (TRACED.contains(state)) {
      PageState.trace(page.context(), home);
    }
    state.open(page, home);
  }

  /** Puts this number of books, at most 99 of each title, into the basket. */
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

  private static String nameOf(PageState state, String language, int width, ColorScheme scheme) {
    return "%s-%s-%s-%s"
        .formatted(state, language.substring(0, 2), width, scheme)
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }

  private static BrowserContext context(Backends backends, String language) {
    var context =
        browser.context(shops.home(backends), new Browser.NewContextOptions().setLocale(language));
    Axe.installIn(context);
    return context;
  }
}
