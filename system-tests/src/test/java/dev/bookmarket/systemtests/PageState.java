package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import dev.bookmarket.systemtests.Shops.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A page of the shop in a state that a visitor can meet it in, and the way there. */
enum PageState {
  HOME(look("/"), "ul.suggestions", "ul.categories"),
  HOME_GREETED(PageState::giveName, "ul.suggestions", "ul.categories", ".greeting"),
  HOME_DEGRADED(
      Backends.NONE, look("/"), "[data-missing=suggestions]", "[data-missing=categories]"),

  CATEGORY(look("/categories/mystery"), ".books", "a[rel=next]"),
  CATEGORY_SORTED(look("/categories/history?sort=price"), ".sort [aria-current]"),
  CATEGORY_LATER(path("/categories/science-fiction").andThen(click("a[rel=next]")), "a[rel=prev]"),
  BOOK(look("/books/1"), ".open-book", ".alike"),

  SEARCH(look("/search"), "main"),
  SEARCH_RESULTS(look("/search?q=murder"), ".books mark"),
  SEARCH_SEVERAL_PAGES(look("/search?q=the"), ".books mark", "a[rel=next]"),
  SEARCH_NONE_FOUND(look("/search?q=zzyzxq"), "main q"),

  BASKET_EMPTY(look("/basket"), "main .none"),
  BASKET(basket("o", "1-1-1299_6-2-3499_40-99-1").andThen(look("/basket")), ".lines .changeable"),
  BASKET_CHANGED_BY_SHOP(
      basket("o", "1-1-1_2147483647-1-1299").andThen(look("/basket")),
      "[data-notice=repriced]",
      "[data-notice=gone]",
      ".line.gone"),
  BASKET_UNSETTLED(
      basket("u", "1-1-1299").andThen(look("/basket")), "[data-notice=unsettled]", ".lines"),
  BASKET_WITH_NEWS(
      basket("o", "1-99-1299").andThen(path("/books/1")).andThen(press(".buy button")),
      "main > .notice",
      ".lines"),

  CHECKOUT(basket().andThen(look("/checkout")), ".deliver", ".what-for .lines"),
  CHECKOUT_ERRORS(
      basket().andThen(path("/checkout")).andThen(press(".deliver button")), ".notice.errors"),
  CHECKOUT_REPRICED(PageState::orderAtOldPrices, "[data-notice=repriced]"),
  CHECKOUT_WITHOUT_ORDERS(
      Backends.ALL_BUT_ORDERS,
      basket().andThen(path("/checkout")).andThen(PageState::order),
      "[data-notice=not_placed]"),
  CHECKOUT_OUTCOME_UNKNOWN(
      Backends.ORDERS_HUNG,
      basket().andThen(path("/checkout")).andThen(PageState::order),
      "[data-notice=outcome_unknown]"),
  CHECKOUT_WITHOUT_CATALOGUE(
      Backends.NONE, basket().andThen(PageState::orderBlindly), "[data-notice=shelves_late]"),

  ORDER_CONFIRMATION(
      basket().andThen(path("/checkout")).andThen(PageState::order), "[data-notice=placed]"),
  ORDER(
      basket()
          .andThen(path("/checkout"))
          .andThen(PageState::order)
          .andThen(visit -> visit.page.reload()),
      ".lines"),
  ORDERS_EMPTY(look("/orders"), "main .none"),
  ORDERS(regular().andThen(look("/orders")), ".orders .order", "a[rel=next]"),
  ORDERS_OLDER(
      regular().andThen(path("/orders")).andThen(click("a[rel=next]")), ".orders", "a.previous"),

  ERROR_400(look("/categories/mystery?sort=cover"), "main.error"),
  ERROR_404(look("/nowhere"), "main.error"),
  ERROR_405(path("/search").andThen(send("/books/1", Map.of())), "main.error"),
  ERROR_500(Backends.CATALOGUE_IS_NONE, look("/books/1"), "main.error .trace"),
  ERROR_503_CATALOGUE(Backends.NONE, look("/books/1"), "main.error"),
  ERROR_503_ORDERS(Backends.ALL_BUT_ORDERS, regular().andThen(look("/orders")), "main.error");

  /** The id of a visitor who has more orders than fit on a page. */
  static final String REGULAR = "aRegularOfThisBookshop";

  private static final String KEY = "theKeyOfAVisitorsOrder";

  /** Waits for all images, those too that are below what is seen. */
  private static final String BROKEN_IMAGES =
      """
      async () => {
        const images = [...document.images];
        images.forEach(image => image.loading = 'eager');
        await Promise.allSettled(images.map(image => image.decode()));
        return images.filter(image => image.naturalWidth === 0).map(image => image.src);
      }
      """;

  private static final String SEND =
      """
      ([path, fields]) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = path;
        for (const [name, value] of Object.entries(fields)) {
          const field = document.createElement('textarea');
          field.name = name;
          field.value = value;
          form.append(field);
        }
        document.body.append(form);
        form.submit();
      }
      """;

  private final Backends backends;
  private final Consumer<Visit> way;
  private final List<String> shows;

  PageState(Consumer<Visit> way, String... shows) {
    this(Backends.ALL, way, shows);
  }

  PageState(Backends backends, Consumer<Visit> way, String... shows) {
    this.backends = backends;
    this.way = way;
    this.shows = List.of(shows);
  }

  /** Which backends the shop has. */
  Backends backends() {
    return backends;
  }

  /**
   * Goes there in a page whose context is new; comes again where the shop was too busy to show all
   * that belongs there.
   */
  void open(Page page, String home) {
    way.accept(new Visit(page, home.substring(0, home.length() - 1)));
    for (int i = 0; i < 20 && !missing(page).isEmpty(); i++) {
      page.reload();
    }
    assertThat(missing(page)).as("missing on %s", page.url()).isEmpty();
  }

  private List<String> missing(Page page) {
    var missing = new ArrayList<String>();
    shows.stream().filter(selector -> page.locator(selector).count() == 0).forEach(missing::add);
    ((List<?>) page.evaluate(BROKEN_IMAGES)).forEach(image -> missing.add(image.toString()));
    return missing;
  }

  /** A page, and the shop without the slash that begins a path. */
  private record Visit(Page page, String shop) {
    void cookie(String name, String value) {
      page.context().addCookies(List.of(new Cookie(name, value).setUrl(shop)));
    }

    boolean isChinese() {
      return page.locator("html").getAttribute("lang").startsWith("zh");
    }
  }

  /** Opens the page that it is about, whatever that shows. */
  private static Consumer<Visit> look(String path) {
    return visit -> visit.page.navigate(visit.shop + path);
  }

  /** Opens a page on the way. */
  private static Consumer<Visit> path(String path) {
    return visit -> visit(visit.page, visit.shop + path);
  }

  private static Consumer<Visit> click(String selector) {
    return visit -> follow(visit.page, () -> visit.page.locator(selector).first().click());
  }

  /** Clicks what leads to the page that it is about, whatever that shows. */
  private static Consumer<Visit> press(String selector) {
    return visit -> visit.page.waitForNavigation(() -> visit.page.locator(selector).click());
  }

  private static Consumer<Visit> send(String path, Map<String, String> fields) {
    return visit ->
        visit.page.waitForNavigation(() -> visit.page.evaluate(SEND, List.of(path, fields)));
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

  /** As from a page that was shown before the catalogue went away. */
  private static void orderBlindly(Visit visit) {
    regular().andThen(look("/search")).accept(visit);
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
