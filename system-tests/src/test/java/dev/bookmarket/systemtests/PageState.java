package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.submit;
import static dev.bookmarket.systemtests.HeadlessBrowser.submitForm;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.bookmarket.systemtests.ShopVariants.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A page of the shop in one of its states, and the steps that lead there. */
enum PageState {
  HOME(open("/"), "ul.suggestions", "ul.categories"),
  HOME_GREETED(PageState::giveName, "ul.suggestions", "ul.categories", ".greeting"),
  HOME_DEGRADED(
      Backends.NONE, open("/"), "[data-missing=suggestions]", "[data-missing=categories]"),

  CATEGORY(open("/categories/mystery"), ".books", "a[rel=next]"),
  CATEGORY_SORTED(open("/categories/history?sort=price"), ".sort [aria-current]"),
  CATEGORY_LATER(path("/categories/science-fiction").andThen(click("a[rel=next]")), "a[rel=prev]"),
  BOOK(open("/books/1"), ".open-book", ".alike"),

  SEARCH(open("/search"), "main"),
  SEARCH_RESULTS(open("/search?q=murder"), ".books mark"),
  SEARCH_SEVERAL_PAGES(open("/search?q=the"), ".books mark", "a[rel=next]"),
  SEARCH_CORRECTED(open("/search?q=agatha+cristie"), ".corrected", ".books"),
  SEARCH_NONE_FOUND(open("/search?q=zzyzxq"), "main q"),

  BASKET_EMPTY(open("/basket"), "main .none"),
  BASKET(basket("o", "1-1-1299_6-2-3499_40-99-1").andThen(open("/basket")), ".lines .changeable"),
  BASKET_CHANGED_BY_SHOP(
      basket("o", "1-1-1_2147483647-1-1299").andThen(open("/basket")),
      "[data-notice=prices_changed]",
      "[data-notice=unavailable]",
      ".line.gone"),
  BASKET_PENDING_ORDER(
      basket("u", "1-1-1299").andThen(open("/basket")), "[data-notice=pending_order]", ".lines"),
  BASKET_WITH_NOTICE(
      basket("o", "1-99-1299").andThen(path("/books/1")).andThen(press(".buy button")),
      "main > .notice",
      ".lines"),

  CHECKOUT(basket().andThen(open("/checkout")), ".deliver", ".what-for .lines"),
  CHECKOUT_ERRORS(
      basket().andThen(path("/checkout")).andThen(press(".deliver button")), ".notice.errors"),
  CHECKOUT_PRICES_CHANGED(PageState::orderAtOldPrices, "[data-notice=prices_changed]"),
  CHECKOUT_WITHOUT_ORDERS(
      Backends.ALL_BUT_ORDERS,
      basket().andThen(path("/checkout")).andThen(PageState::order),
      "[data-notice=not_placed]"),
  CHECKOUT_OUTCOME_UNKNOWN(
      Backends.ORDERS_HUNG,
      basket().andThen(path("/checkout")).andThen(PageState::order),
      "[data-notice=outcome_unknown]"),
  CHECKOUT_WITHOUT_CATALOGUE(
      Backends.NONE,
      basket().andThen(PageState::orderWithoutCatalogue),
      "[data-notice=catalogue_unavailable]"),

  ORDER_CONFIRMATION(
      basket().andThen(path("/checkout")).andThen(PageState::order), "[data-notice=placed]"),
  ORDER(
      basket()
          .andThen(path("/checkout"))
          .andThen(PageState::order)
          .andThen(visit -> HeadlessBrowser.reload(visit.page)),
      // Without a notice: after an error of the checkout, the reload places the order.
      "body:not(:has([data-notice])) .facts .number",
      ".lines"),
  ORDERS_EMPTY(open("/orders"), "main .none"),
  ORDERS(regular().andThen(open("/orders")), ".orders .order", "a[rel=next]"),
  ORDERS_OLDER(
      regular().andThen(path("/orders")).andThen(click("a[rel=next]")), ".orders", "a.previous"),

  ERROR_400(open("/categories/mystery?sort=cover"), "main.error"),
  ERROR_404(open("/nowhere"), "main.error"),
  ERROR_405(path("/search").andThen(send("/books/1", Map.of())), "main.error"),
  ERROR_500(Backends.CATALOGUE_UNIMPLEMENTED, open("/books/1"), "main.error .error-id"),
  ERROR_503_CATALOGUE(Backends.NONE, open("/books/1"), "main.error"),
  ERROR_503_ORDERS(Backends.ALL_BUT_ORDERS, regular().andThen(open("/orders")), "main.error");

  /** The id of a visitor who has more orders than fit on one page. */
  static final String REGULAR = "aRegularOfThisBookshop";

  private static final String KEY = "theKeyOfAVisitorsOrder";

  /** Loads all images, also those below the visible area, and returns those that failed. */
  private static final String BROKEN_IMAGES =
      """
      async () => {
        const images = [...document.images];
        images.forEach(image => image.loading = 'eager');
        await Promise.allSettled(images.map(image => image.decode()));
        return images.filter(image => image.naturalWidth === 0).map(image => image.src);
      }
      """;

  private final Backends backends;
  private final Consumer<Visit> steps;
  private final List<String> selectors;

  PageState(Consumer<Visit> steps, String... selectors) {
    this(Backends.ALL, steps, selectors);
  }

  PageState(Backends backends, Consumer<Visit> steps, String... selectors) {
    this.backends = backends;
    this.steps = steps;
    this.selectors = List.of(selectors);
  }

  /** Returns the backends that the shop needs for this state. */
  Backends backends() {
    return backends;
  }

  /**
   * Brings a page of a new context into this state. Reloads the page if a selector of the state
   * matches nothing, because on a busy machine a backend can miss a deadline.
   */
  void open(Page page, String home) {
    steps.accept(new Visit(page, home.substring(0, home.length() - 1)));
    for (int i = 0; i < 20 && !missing(page).isEmpty(); i++) {
      HeadlessBrowser.reload(page);
    }
    assertThat(missing(page)).as("missing on %s", page.url()).isEmpty();
  }

  /**
   * Brings a page into this state, to which a form leads, as a new visitor who sees the traces of
   * the form and of the page. A page that is reloaded, because a backend was late, no longer shows
   * that of the form: tries it at most five times.
   */
  void openWithTraceOfForm(Page page, String home) {
    for (int i = 0; i < 5; i++) {
      page.context().clearCookies();
      trace(page.context(), home);
      open(page, home);
      if (page.locator(".waterfall table").count() != 1) {
        return;
      }
    }
  }

  /** Makes the pages of a visitor show how they were made. */
  static void trace(BrowserContext context, String home) {
    context.addCookies(List.of(new Cookie("trace", "on").setUrl(home)));
  }

  private List<String> missing(Page page) {
    var missing = new ArrayList<String>();
    selectors.stream()
        .filter(selector -> page.locator(selector).count() == 0)
        .forEach(missing::add);
    ((List<?>) page.evaluate(BROKEN_IMAGES)).forEach(image -> missing.add(image.toString()));
    return missing;
  }

  /** A page, and the URL of the shop without a final slash. */
  private record Visit(Page page, String shop) {
    void cookie(String name, String value) {
      page.context().addCookies(List.of(new Cookie(name, value).setUrl(shop)));
    }

    boolean isChinese() {
      return page.locator("html").getAttribute("lang").startsWith("zh");
    }
  }

  /** Opens the page of this state, even if it is an error page. */
  private static Consumer<Visit> open(String path) {
    return visit -> HeadlessBrowser.open(visit.page, visit.shop + path);
  }

  /** Opens a page that precedes this state. */
  private static Consumer<Visit> path(String path) {
    return visit -> visit(visit.page, visit.shop + path);
  }

  private static Consumer<Visit> click(String selector) {
    return visit -> follow(visit.page, () -> visit.page.locator(selector).first().click());
  }

  /** Clicks an element that leads to the page of this state, even if it is an error page. */
  private static Consumer<Visit> press(String selector) {
    return visit -> submit(visit.page, () -> visit.page.locator(selector).click());
  }

  private static Consumer<Visit> send(String path, Map<String, String> fields) {
    return visit -> submit(visit.page, () -> submitForm(visit.page, path, fields));
  }

  private static Consumer<Visit> basket() {
    return basket("o", "1-1-1299_6-2-3499");
  }

  private static Consumer<Visit> basket(String settled, String lines) {
    return visit -> visit.cookie("basket", "1." + KEY + "." + settled + "." + lines + ".");
  }

  private static Consumer<Visit> regular() {
    return visit -> visit.cookie("visitor", REGULAR);
  }

  private static void giveName(Visit visit) {
    path("/").accept(visit);
    visit.page.locator("form.name input").fill(visit.isChinese() ? "小明" : "Ada");
    click("form.name button").accept(visit);
  }

  private static void order(Visit visit) {
    var chinese = visit.isChinese();
    visit.page.locator("#name").fill(chinese ? "王小明" : "Ada Lovelace");
    visit.page.locator("#phone").fill("+1 (555) 01-00");
    visit.page.locator("#address").fill(chinese ? "南京东路 1 号\n上海" : "1 Main Street\nSpringfield");
    press(".deliver button").accept(visit);
  }

  private static void orderAtOldPrices(Visit visit) {
    basket().andThen(path("/checkout")).accept(visit);
    basket("o", "1-1-1_6-2-3499").accept(visit);
    visit.page.locator("input[name=shown]").evaluate("field => field.value = '1-1-1_6-2-3499'");
    order(visit);
  }

  /** Orders from a page that was rendered before the catalogue failed. */
  private static void orderWithoutCatalogue(Visit visit) {
    regular().andThen(open("/search")).accept(visit);
    send(
            "/checkout",
            Map.of(
                "key", KEY,
                "shown", "1-1-1299_6-2-3499",
                "name", "Ada Lovelace",
                "phone", "+1 555 0100",
                "address", "1 Main Street"))
        .accept(visit);
  }
}
